# Hai lệnh là đủ: `make` rồi `make test`. `make help` kể các lệnh còn lại.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
PORT ?= 8000
STUDENTS ?= 50
ASSIGNMENTS ?= 5

BIN := .venv/bin
SAMPLE := _build/sample-class
# one thread for each process: the parallelism is over tests and submissions
export OMP_NUM_THREADS ?= 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

files = $(shell find $(1) -type f -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*' 2>/dev/null | sed 's/ /\\ /g')
SITE_SOURCES := _config.yml _toc.yml $(call files,book)
SOLUTIONS := $(call files,solutions)
GRADER := $(call files,autograder) $(call files,book/course)

.PHONY: all install site exercises sample test compare test-fast serve lab bench semester slides new-chapter pdf lighthouse lint lock clean distclean help

all: exercises site sample  ## dựng trang web, sinh bài tập, chấm lớp mẫu
	@echo
	@echo 'Xong. Xem gì, ở đâu:'
	@echo '  Trang web   _build/html/index.html        hoặc: make serve'
	@echo '  Bài tập     exercises/                    mở bằng: make lab'
	@echo '  Lớp mẫu     $(SAMPLE)/reports/  xem bảng điểm: .venv/bin/autograder report $(SAMPLE)'

install: .venv/.installed
.venv/.installed: requirements.lock pyproject.toml book/_ext/npm/package-lock.json tests/site/npm/package-lock.json book/_tools/install.py
	@$(PYTHON) book/_tools/install.py

site: _build/html/.built
_build/html/.built: _build/.released $(SITE_SOURCES)
	@echo 'Dựng trang web'
	@mkdir -p _build
	@# Sphinx không viết lại trang cũ khi chỉ giao diện hay cấu hình đổi: khi ấy dựng lại tất cả
	@python book/_tools/build.py build . --path-output . -W --keep-going -n --quiet \
	  $(if $(filter book/_ext/% _config.yml _toc.yml,$?),--all) > _build/site.log 2>&1 || { cat _build/site.log; exit 1; }
	@touch $@

exercises: _build/.released
_build/.released: .venv/.installed $(SOLUTIONS) $(GRADER)
	@echo 'Sinh bài tập cho sinh viên'
	@mkdir -p _build
	@autograder release
	@touch $@

sample: $(SAMPLE)/.graded
$(SAMPLE)/.graded: _build/.released $(call files,tests/graders)
	@echo 'Chấm lớp mẫu'
	@python -m tests.graders.sample_class $(SAMPLE)
	@# mã thoát 3: có bài hỏng từ lúc nộp, và lớp mẫu cố ý có vài bài như thế
	@autograder grade $(SAMPLE) --limit-seconds 8 || [ $$? -eq 3 ]
	@touch $@

test: all  ## chạy mọi kiểm tra
	@python -m pytest -n $(JOBS) --dist worksteal --durations 30 --durations-min 8

compare: all  ## so điểm cả lớp mẫu với nbgrader gốc, mất nhiều phút
	@STOCK=all python -m pytest -n $(JOBS) tests/graders/test_sample_class.py -k stock

test-fast: site  ## kiểm tra nhanh, dưới 3 phút
	@python -m pytest -n $(JOBS) --dist worksteal -m 'not slow and not browser'

serve: site  ## xem trang web tại http://localhost:8000
	@python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: exercises  ## mở JupyterLab trên thư mục bài tập
	@# tắt tin tức (cần mạng) và các nút của nbgrader dành cho người soạn bài
	@JUPYTER_CONFIG_PATH=$(CURDIR)/book/_tools/jupyter jupyter lab --notebook-dir=exercises

bench: all  ## đo tốc độ chấm (theo tỉ lệ, trong một lần chạy)
	@python -m tests.bench.autograde

semester: exercises  ## một học kỳ giả qua mọi lệnh: make semester STUDENTS=50 ASSIGNMENTS=5; ngắt rồi chạy lại là tiếp tục
	@python -m tests.bench.semester _build/semester-$(STUDENTS)x$(ASSIGNMENTS) --students $(STUDENTS) --assignments $(ASSIGNMENTS)

slides: .venv/.installed  ## dựng trang trình chiếu của từng chương vào _build/slides
	@python book/_tools/slides

new-chapter: .venv/.installed  ## bắt đầu một chương: make new-chapter SLUG=cnn PART=deep-vision TITLE="…"
	@python book/_tools/new_chapter.py "$(SLUG)" --part "$(PART)" --title "$(TITLE)"

pdf: site  ## in cả sách thành _build/book.pdf (cần Chromium)
	@python book/_tools/pdf.py

lighthouse: site  ## đo ba trang bằng Lighthouse, 5 lần mỗi trang (cần Chromium, máy đang rảnh)
	@python -m tests.site.lighthouse

lint: .venv/.installed  ## soát kiểu mã và metadata của sổ tay
	@ruff check .
	@ruff format --check .
	@python book/_tools/notebooks.py normalize --check $$(git ls-files '*.ipynb')

lock:  ## viết lại requirements.lock từ pyproject.toml
	@$(PYTHON) book/_tools/lock.py

clean:  ## xóa mọi thứ dựng được (giữ .venv)
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean  ## xóa cả .venv
	@rm -rf .venv *.egg-info

help:  ## in bảng này
	@echo 'make [lệnh]:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
