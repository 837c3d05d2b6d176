package auth

import (
	"crypto/rand"
	"runtime"

	"github.com/alexedwards/argon2id"
)

// Recommended is OWASP's second choice for argon2id: 19 MiB and two passes, a few hundredths of a second.
func Recommended() argon2id.Params {
	return argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// Passwords hashes and compares passwords.
type Passwords struct {
	cost  argon2id.Params
	slots chan struct{} // bounds the hashes at once, because each needs the memory of its cost
	dummy string        // a hash that is compared for users that do not exist
}

// NewPasswords returns Passwords that make hashes of that cost. Hashes of another cost are compared too.
func NewPasswords(cost argon2id.Params) (*Passwords, error) {
	p := &Passwords{cost: cost, slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	dummy, err := p.Hash(rand.Text())
	p.dummy = dummy
	return p, err
}

// Hash returns the hash of a password with a fresh salt.
func (p *Passwords) Hash(password string) (string, error) {
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	return argon2id.CreateHash(password, &p.cost)
}

// Matches compares a password with a hash. For the hash "", that of no user, it takes as long, so that a client cannot learn from the
// duration which users exist.
func (p *Passwords) Matches(password, hash string) (bool, error) {
	compared := hash
	if compared == "" {
		compared = p.dummy
	}
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	same, err := argon2id.ComparePasswordAndHash(password, compared)
	return same && hash != "", err
}
