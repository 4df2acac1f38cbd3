/** The application that is there already, without decorators, so that Node runs it as it is. */
import "reflect-metadata";
import { Module } from "@nestjs/common";

export class AppModule {}
Module({})(AppModule);
