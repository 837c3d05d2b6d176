//go:build gc && !brio_reflect

// This file lets place.go declare a function without a body.
