# `make demo` and `make test` need nothing installed by hand but Node.js >= 20 and python3 >= 3.10.
# What is installed or generated lies in node_modules, dist and one state folder; each step runs again only when its
# inputs changed.
SHELL := /bin/bash
.DEFAULT_GOAL := help

STATE := $(or $(GRIFFIN_STATE_DIR),.griffin)
UV := $(STATE)/uv/bin/uv
RUNTIMES := $(STATE)/venvs/runtimes
MLFLOW := $(STATE)/venvs/mlflow
SDK := $(STATE)/venvs/sdk
AIRFLOW := $(STATE)/venvs/airflow
FUZZ := $(STATE)/venvs/fuzz
PORT := $(or $(GRIFFIN_PORT),8080)

# Griffin's own Node 24 goes before the machine's, which only bootstraps it.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export UV_PYTHON_DOWNLOADS := never
export UV_NO_CONFIG := 1
# Machines behind a proxy of their own trust its certificate, and uv must too.
export UV_SYSTEM_CERTS := 1
export GRIFFIN_PORT := $(PORT)
# A PYTHONDONTWRITEBYTECODE of the caller's would compile every import of Ray again in each process.
unexport PYTHONDONTWRITEBYTECODE

node_modules_stamp := node_modules/.installed
runtimes_stamp := $(RUNTIMES)/.installed
mlflow_stamp := $(MLFLOW)/.installed
sdk_stamp := $(SDK)/.installed
airflow_stamp := $(AIRFLOW)/.installed
fuzz_stamp := $(FUZZ)/.installed
s3_stamp := $(STATE)/s3-server.installed
build_stamp := dist/.built
installed := $(build_stamp) $(runtimes_stamp) $(mlflow_stamp)
sources = $(shell find apps libs -name '*.ts' -newer $(build_stamp) -print -quit 2>/dev/null)
timed = dev/timed.sh "$(1)" $(2)
# One at a time. Its children do not inherit the lock.
cluster = mkdir -p $(STATE)/cluster && flock --close $(STATE)/cluster/lock node dev/cluster/main.ts

.PHONY: help
help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: ## Take a real model from features to the registry, through the whole platform
	@dev/preflight.sh '$(PORT)'
	@$(MAKE) --no-print-directory install
	@node dev/demo/main.ts

.PHONY: demo-cluster
demo-cluster: ## The same demo with its runs on Kubernetes: see `make cluster`
	@dev/preflight.sh '$(PORT)'
	@$(MAKE) --no-print-directory -j4 $(installed) $(s3_stamp) $(if $(GRIFFIN_KUBECONFIG),,cluster)
	@node dev/demo/main.ts --cluster

.PHONY: demo-airflow
demo-airflow: ## The way from features to the registry by an example DAG on an Airflow, and the link to its pages
	@dev/preflight.sh '$(PORT)'
	@$(MAKE) --no-print-directory -j3 $(installed) $(airflow_stamp)
	@node dev/demo/airflow.ts

.PHONY: up
up: ## Serve the platform on this machine until Ctrl-C
	@dev/preflight.sh '$(PORT)'
	@$(MAKE) --no-print-directory install
	@node dev/up.ts

.PHONY: test
test: ## Run all tests
	@dev/preflight.sh
	@$(MAKE) --no-print-directory -j3 $(installed) $(sdk_stamp) $(airflow_stamp) $(s3_stamp)
	@node dev/test/main.ts

.PHONY: test-fuzz
test-fuzz: ## Fuzz the API by its OpenAPI document; SEED=<number> repeats a run, FULL=1 asks ten times as much
	@dev/preflight.sh
	@$(MAKE) --no-print-directory install $(fuzz_stamp)
	@node test/fuzz/main.ts

.PHONY: cluster
cluster: $(node_modules_stamp) ## Start a Kubernetes with KubeRay, or renew the runtime image of the one that runs; needs root
	@$(cluster) up

.PHONY: cluster-build
cluster-build: $(node_modules_stamp) ## Build what it is made of, and start nothing
	@$(cluster) build

.PHONY: cluster-down
cluster-down: $(node_modules_stamp) ## Remove every trace of it from this machine
	@$(cluster) down

.PHONY: cluster-status
cluster-status: $(node_modules_stamp) ## Say where it is
	@$(cluster) status

.PHONY: cluster-fake-nodes
cluster-fake-nodes: $(node_modules_stamp) ## Add nodes to it whose pods only seem to run; COUNT=<number>
	@$(cluster) fake-nodes $(or $(COUNT),1)

.PHONY: test-cluster
test-cluster: ## Run the tests on Kubernetes, on the cluster of `make cluster` or of GRIFFIN_KUBECONFIG
	@dev/preflight.sh
	@$(MAKE) --no-print-directory -j4 $(installed) $(s3_stamp) $(if $(GRIFFIN_KUBECONFIG),,cluster)
	@$(if $(GRIFFIN_KUBECONFIG),,$(MAKE) --no-print-directory cluster-fake-nodes COUNT=4)
	@node dev/test/cluster.ts

.PHONY: test-airflow
test-airflow: ## Run the Airflow provider's tests on a real Airflow
	@dev/preflight.sh
	@$(MAKE) --no-print-directory -j3 $(installed) $(airflow_stamp)
	@node dev/test/airflow.ts

.PHONY: test-faults
test-faults: ## Break a platform in every way there is a name for; FULL=1 often, on both buses; REPORT=1 writes docs/reliability.md
	@dev/preflight.sh
	@$(MAKE) --no-print-directory install
	@node test/faults/main.ts

.PHONY: bench
bench: ## Measure the platform on this machine, and write docs/benchmarks.md
	@dev/preflight.sh
	@$(MAKE) --no-print-directory install
	@node dev/bench/main.ts

.PHONY: bench-cluster
bench-cluster: ## Measure runs on Kubernetes, on fake nodes, and write docs/benchmarks-cluster.md
	@dev/preflight.sh
	@$(MAKE) --no-print-directory install $(s3_stamp) $(if $(GRIFFIN_KUBECONFIG),,cluster)
	@$(if $(GRIFFIN_KUBECONFIG),,$(MAKE) --no-print-directory cluster-fake-nodes COUNT=20)
	@node dev/bench/cluster.ts

.PHONY: lint
lint: ## Check style, types, direction of imports, and drift of what is generated
	@dev/preflight.sh
	@$(MAKE) --no-print-directory install $(sdk_stamp) $(airflow_stamp)
	@npm run --silent lint

.PHONY: install
install: ## Install what the commands need, and build
	@$(MAKE) --no-print-directory -j3 $(installed)

.PHONY: clean
clean: ## Remove everything that was installed or generated
	@[ ! -e $(STATE)/cluster/network.json ] || $(MAKE) --no-print-directory cluster-down
	rm -rf node_modules dist $(STATE)

$(node_modules_stamp): package-lock.json
	@$(call timed,Node packages,npm ci --no-audit --no-fund --loglevel=error)
	@touch $@

# A source that is newer than the last build makes the build stale.
.PHONY: force
force:
$(build_stamp): $(node_modules_stamp) tsconfig.json tsconfig.build.json nest-cli.json rolldown.config.ts $(if $(sources),force)
	@$(call timed,Build of the services,npm run --silent build)
	@touch $@

# Only the tests need it. It is kept in the account's cache, and missed there it is built by the tests themselves.
$(s3_stamp): dev/s3/go.mod dev/s3/go.sum | $(node_modules_stamp)
	@$(call timed,S3 server for the tests,node dev/s3/build.ts)
	@mkdir -p $(@D) && touch $@

$(UV):
	@$(call timed,uv,dev/install-uv.sh $(STATE)/uv)

$(runtimes_stamp): python/griffin-runtimes/requirements.lock python/griffin-runtimes/pyproject.toml | $(UV)
	@$(call timed,Python runtimes (Ray and XGBoost),dev/install-venv.sh $(UV) $(RUNTIMES) $< python/griffin-runtimes)
	@touch $@

$(mlflow_stamp): dev/mlflow/requirements.lock | $(UV)
	@$(call timed,MLflow server,dev/install-venv.sh $(UV) $(MLFLOW) $<)
	@touch $@

# Only the tests and the lint need it.
$(sdk_stamp): python/griffin/requirements.lock python/griffin/pyproject.toml python/griffin-runtimes/pyproject.toml | $(UV)
	@$(call timed,Python SDK,dev/install-venv.sh $(UV) $(SDK) $< python/griffin-runtimes python/griffin)
	@touch $@

# Only the tests and the lint need it.
$(airflow_stamp): python/apache-airflow-providers-griffin/requirements.lock python/apache-airflow-providers-griffin/pyproject.toml python/griffin/pyproject.toml | $(UV)
	@$(call timed,Airflow and its provider,dev/install-venv.sh $(UV) $(AIRFLOW) $< python/griffin python/apache-airflow-providers-griffin)
	@touch $@

$(fuzz_stamp): test/fuzz/requirements.lock | $(UV)
	@$(call timed,Schemathesis,dev/install-venv.sh $(UV) $(FUZZ) $<)
	@touch $@
