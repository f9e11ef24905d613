"""Gói hỗ trợ của khóa học: dữ liệu (`data`, `registry`), kiểu hình vẽ (`plots`) và kiểm tra bài làm (`check`)."""
