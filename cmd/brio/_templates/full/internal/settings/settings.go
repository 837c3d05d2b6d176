// Package settings has what the environment decides.
package settings

import (
	"context"
	"encoding/base64"
	"errors"
	"time"
)

// Settings are read from environment variables, and in development from the file .env as well. README.md says what each one does.
type Settings struct {
	Env         string        `env:"BRIO_ENV" envDefault:"production"`
	DatabaseURL string        `envDefault:"sqlite:app.db"`
	AuthKeys    []Key         `validate:"omitempty"`
	AccessLife  time.Duration `envDefault:"10m"`
	SessionLife time.Duration `envDefault:"720h"`
	JobInterval time.Duration `envDefault:"1s"`
}

// Validate demands a key outside of development, where auth.NewTokens makes one.
func (s Settings) Validate(context.Context) error {
	if len(s.AuthKeys) == 0 && s.Env != "development" {
		return errors.New("AUTH_KEYS is not set; make a key with: openssl rand -base64 32. BRIO_ENV=development needs none")
	}
	return nil
}

// Key signs access tokens.
type Key []byte

// UnmarshalText reads base64. RFC 7518, 3.2, asks for a key that is at least as long as the hash.
func (k *Key) UnmarshalText(text []byte) error {
	key, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(key) < 32 {
		return errors.New("a key is base64 of 32 bytes or more")
	}
	*k = key
	return nil
}

// String hides the key from logs.
func (Key) String() string { return "***" }
