# 两条命令：make run（演示）、make test（测试）。make site 是单位自己的正式启动。
PY := .venv/bin/python
PORT ?= 8000
SHELL := /bin/bash

.PHONY: run site test test-browser lint fix check bench backup lock clean-demo

.venv/ready: requirements.txt requirements-postgres.txt requirements-dev.txt
	@command -v python3.11 >/dev/null || command -v python3 >/dev/null || { echo "没有找到 Python。请先安装 Python 3.11。"; exit 1; }
	@P=$$(command -v python3.11 || command -v python3); \
	$$P -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 版本太旧：$$($$P -V)。请安装 Python 3.11 再试。"; exit 1; }; \
	$$P -c 'import venv, ensurepip' 2>/dev/null || { echo "Python 缺少 venv 模块。Debian、Ubuntu 请运行：sudo apt install python3-venv"; exit 1; }; \
	[ -x $(PY) ] || $$P -m venv .venv
	@echo "正在安装需要的软件包，第一次要几分钟……"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-postgres.txt \
	  || { echo "软件包没有装好。请检查网络后再运行一次。"; exit 1; }
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt \
	  || { echo "测试用的软件包没有装好。请检查网络后再运行一次。"; exit 1; }
	@touch $@

run: .venv/ready  ## 演示：装好、造数据、启动
	@$(PY) -m fedhub.bootstrap demo
	@export DJANGO_SETTINGS_MODULE=fedhub.settings.demo; $(PY) manage.py collectstatic --noinput -v 0 \
	  && $(PY) manage.py welcome --port $(PORT) && exec $(PY) manage.py serve --port $(PORT)

site: .venv/ready  ## 单位自己的启动（var/site）
	@$(PY) -m fedhub.bootstrap site
	@export DJANGO_SETTINGS_MODULE=fedhub.settings.prod; $(PY) manage.py collectstatic --noinput -v 0 \
	  && $(PY) manage.py check --deploy --fail-level ERROR >/dev/null \
	  && $(PY) manage.py welcome --port $(PORT) && exec $(PY) manage.py serve --port $(PORT)

backup: .venv/ready  ## 备份正式数据
	@DJANGO_SETTINGS_MODULE=fedhub.settings.prod $(PY) manage.py backup

test: .venv/ready-dev  ## 全部测试（不含浏览器），SQLite；设了 DATABASE_URL 再跑一遍 PostgreSQL
	@env -u DATABASE_URL $(PY) -m pytest -q -n 2 --dist loadfile --create-db $(ARGS)
	@if [ -n "$$DATABASE_URL" ]; then $(PY) -m pytest -q -n 2 --dist loadfile --create-db $(ARGS); fi

test-browser: .venv/ready-dev  ## 浏览器里的测试，需要 Chromium
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { echo "没有找到 Chromium。Debian、Ubuntu 请运行：sudo apt install chromium fonts-noto-cjk"; exit 1; }
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(PY) -m pytest -q -n0 -m browser --create-db tests $(ARGS)

lint: .venv/ready-dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

fix: .venv/ready-dev
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

check: .venv/ready-dev
	@DJANGO_SETTINGS_MODULE=fedhub.settings.test $(PY) manage.py check
	@DJANGO_SETTINGS_MODULE=fedhub.settings.test $(PY) manage.py makemigrations --check --dry-run

bench: .venv/ready-dev  ## 速度和内存，与通用做法比
	@$(PY) -m bench $(ARGS)

lock: .venv/ready-dev  ## 重新锁定软件包版本
	@for part in base: postgres:-postgres dev:-dev; do \
	  .venv/bin/uv pip compile requirements/$${part%%:*}.in -o requirements$${part#*:}.txt --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet; done

clean-demo:  ## 删掉演示数据，下次 make run 重新造
	@rm -rf var/demo
