//go:build gc && !brio_reflect

// This file lets direct.go declare a function without a body.
