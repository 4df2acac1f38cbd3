# echostr. `make help` lists the commands.

# Node 22.18 and later runs TypeScript as it is; before that tsx does.
NATIVE := $(shell node -p 'const [a, b] = process.versions.node.split(".").map(Number); a > 22 || (a === 22 && b >= 18) ? 1 : ""')
NODE_TS := $(if $(NATIVE),node,node --import tsx)
# A bot file may import `echostr`: without a build that is the source.
NODE_BOT := $(if $(NATIVE),node --import ./scripts/own-name.ts,$(NODE_TS))
INSTALLED := node_modules/.package-lock.json
# scripts/test/plan.ts says which files run, and which of them share a process.
RUN_TESTS := $(NODE_TS) scripts/test/main.ts

.DEFAULT_GOAL := help
.PHONY: help run play check-server test test-slow check build test-single fuzz coverage pictures screenshots bench bench-xml hosts runtimes check-peers clean

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# A bare server with Node 22.18 needs no package at all.
run: $(if $(NATIVE),,$(INSTALLED)) ## serve the account of .env (made on the first run); BOT=file for your own bot, WATCH=1
	@$(NODE_BOT) src/cli/main.ts --init-env $(if $(WATCH),--watch) $(BOT)

play: $(if $(NATIVE),,$(INSTALLED)) ## a page with a phone and an inspector; BOT=file for your own bot, PLAY_PORT
	@$(NODE_BOT) lab/cli/main.ts play $(BOT)

check-server: $(if $(NATIVE),,$(INSTALLED)) ## check a running server; URL=… TOKEN=… [KEY=… APPID=… ARGS=…]
	@$(if $(TOKEN),WECHAT_TOKEN='$(TOKEN)') $(if $(KEY),WECHAT_AES_KEY='$(KEY)') $(if $(APPID),WECHAT_APPID='$(APPID)') \
		$(NODE_TS) lab/cli/main.ts check '$(URL)' $(ARGS)

test: $(INSTALLED) ## run the tests
	@$(RUN_TESTS) quick

test-slow: $(INSTALLED) ## run the tests of load, faults and real time
	@$(RUN_TESTS) slow

check: $(INSTALLED) ## check the types
	npx tsc -p .
	npx tsc -p lab/play/page

build: $(INSTALLED) ## make the single files in dist/
	@$(NODE_TS) scripts/build.ts

# The program and the lab are other files: test/single-file.test.ts tries those.
test-single: build ## run the tests of the public surface against the single files
	@ECHOSTR_SUBJECT=dist/echostr.mjs $(RUN_TESTS) quick surface
	@ECHOSTR_SUBJECT=dist/echostr.cjs $(RUN_TESTS) quick library
	@ECHOSTR_SUBJECT=dist/echostr.mjs $(RUN_TESTS) slow surface

SECONDS ?= 60
fuzz: $(INSTALLED) ## search for harmful inputs; SECONDS=60, TARGETS="query http", KEEP=1 adds to the corpus
	@$(NODE_TS) --expose-gc test/fuzz/run.ts $(SECONDS) $(TARGETS)

# These tests depend neither on chance nor on the speed of the machine: the figures stay the same.
COVERING := $(filter-out %/in-time.test.ts %/memory.test.ts,$(sort $(wildcard test/protocol/*.test.ts \
  test/bot/*.test.ts test/delivery/*.test.ts test/server/*.test.ts test/api/*.test.ts test/simulation/*.test.ts)))
# Some files wait for a process or a clock part of the time: two at once even on two cores.
AT_ONCE := $(shell node -p 'Math.max(2, require("node:os").availableParallelism() - 1)')
COVERED := src/protocol/** src/delivery/** src/bot/** src/callback.ts

coverage: $(INSTALLED) ## show what the tests reach; fails below 99 % of lines, 98 % of branches (Node 24)
	@log=$$(mktemp); node --test --test-concurrency=$(AT_ONCE) --experimental-test-coverage --test-reporter=spec \
	  $(foreach files,$(COVERED),'--test-coverage-include=$(files)') \
	  --test-coverage-lines=99 --test-coverage-branches=98 $(COVERING) >$$log 2>&1; code=$$?; \
	if [ $$code = 0 ]; then sed -n '/start of coverage/,$$p' $$log; else cat $$log; fi; \
	rm $$log; exit $$code

.PHONY: mutants soak faults simulate exhaust plants figures walk
mutants: $(INSTALLED) ## break the source and count what the tests find; SAMPLE=60 SEED=7 ONLY="src/store src/api"
	@test -n "$(NATIVE)" || { echo "make mutants needs Node 22.18 or later"; exit 1; }
	@node scripts/mutants/main.ts

soak: $(INSTALLED) ## send 2,000,000 deliveries, hostile ones among them; DELIVERIES=20000 for fewer
	@$(NODE_TS) bench/soak/run.mjs

hostile: build ## send thousands of hostile peers of each kind; COUNT=2000, KINDS="silent deaf", SHORT=1
	@node bench/hostile/run.mjs

faults: $(INSTALLED) ## kill, fill, slow down and cut off, and count what was lost
	@$(NODE_TS) --test --test-reporter=./test/faults/table.mjs $(wildcard test/faults/*.test.ts) test/delivery/shared.test.ts

walk: $(INSTALLED) ## follow one message through the source, function by function
	@$(NODE_TS) scripts/walk/main.ts

simulate: $(INSTALLED) ## play histories of followers, processes and faults; HISTORIES=20000 SEED=1, HISTORIES=1 for its words
	@HISTORIES='$(HISTORIES)' SEED='$(SEED)' JOBS='$(JOBS)' $(NODE_TS) test/simulation/run.ts

exhaust: $(INSTALLED) ## go through a small world of messages, processes and one kill in every order; DELAYS=0 KILLS=24
	@DELAYS='$(DELAYS)' KILLS='$(KILLS)' $(NODE_TS) test/simulation/exhaust.ts

plants: $(INSTALLED) ## plant faults in a copy of the source, and count the histories that find each; ONLY="lease swap"
	@HISTORIES='$(HISTORIES)' SEED='$(SEED)' ONLY='$(ONLY)' $(NODE_TS) test/simulation/plants.ts

figures: $(INSTALLED) ## run the measurements, write the table of the READMEs; ONLY="soak fuzz" (Node 24)
	@$(NODE_TS) scripts/figures/main.ts

pictures: $(INSTALLED) ## draw the pictures of docs/protocol.md
	@$(NODE_TS) scripts/pictures/main.ts

screenshots: $(INSTALLED) ## take the screenshots of the READMEs from the page of make play (chromium)
	@$(NODE_TS) scripts/screenshots/main.ts

bench: build bench/node_modules/.package-lock.json ## measure against a bare server and the peers
	@node bench/run.mjs $(ARGS)

bench-xml: build bench/node_modules/.package-lock.json ## measure the XML parser against the peers
	@node bench/xml.mjs $(ARGS)

hosts: build bench/hosts/node_modules/.package-lock.json ## start each host and framework of docs/guide/hosts.md, print a table; ONLY="koa bun"
	@node bench/hosts/run.mjs $(ONLY)

runtimes: $(INSTALLED) bench/hosts/node_modules/.package-lock.json ## run tests of the public surface on Bun and Deno; ONLY="deno server"
	@$(NODE_TS) bench/hosts/runtimes.mjs $(ONLY)

check-peers: $(INSTALLED) bench/node_modules/.package-lock.json ## check other libraries, write the table of docs/check.md
	@$(NODE_TS) bench/check-peers.mjs --write $(ARGS)

clean: ## remove what was made
	rm -rf dist node_modules bench/node_modules bench/hosts/node_modules

$(INSTALLED): package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

bench/hosts/node_modules/.package-lock.json: bench/hosts/package.json bench/hosts/package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --prefix bench/hosts
	@touch $@

bench/node_modules/.package-lock.json: bench/package.json bench/package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --prefix bench
	@touch $@
