// Package fiber is gofiber/fiber v3 on fasthttp with its own binders, and
// validator behind fiber.StructValidator.
package fiber
