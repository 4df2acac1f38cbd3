// Two accounts on one server, each with its own path, token and mode: `npx tsx examples/05-two-accounts.ts`.
import { createBot, startServer } from "echostr";

const shop = createBot({ path: "/shop", token: process.env["SHOP_TOKEN"] ?? "" });
shop.on("text", () => "这里是商店");

const blog = createBot({
  path: "/blog",
  token: process.env["BLOG_TOKEN"] ?? "",
  encodingAesKey: process.env["BLOG_AES_KEY"],
  appId: process.env["BLOG_APPID"],
});
blog.on("text", () => "这里是博客");

const server = await startServer([shop, blog], { port: Number(process.env["PORT"] ?? 80) });
console.log(`${server.url}/shop and ${server.url}/blog`);

process.once("SIGTERM", () => void server.close());
