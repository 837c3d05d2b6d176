package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"github.com/brio-go/brio/security"
	"golang.org/x/crypto/argon2"
)

// Cost is the cost of one hash.
type Cost struct {
	Time   uint32 // passes
	Memory uint32 // KiB
}

// recommended is OWASP's second choice for argon2id: 19 MiB and two passes, a few hundredths of a second.
var recommended = Cost{Time: 2, Memory: 19 << 10}

// Passwords hashes and compares passwords.
type Passwords struct {
	cost  Cost
	slots chan struct{} // bounds the hashes at once, because each needs the memory of its Cost
	dummy string        // a hash that is compared for users that do not exist
}

// NewPasswords returns Passwords that make hashes of that cost. Matches also compares hashes of another cost.
func NewPasswords(cost Cost) *Passwords {
	p := &Passwords{cost: cost, slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	p.dummy = p.Hash(rand.Text())
	return p
}

const (
	saltBytes = 16
	keyBytes  = 32
	phc       = "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
)

// Hash returns a password's hash with a fresh salt, in PHC's string format.
func (p *Passwords) Hash(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return fmt.Sprintf(phc, p.cost.Memory, p.cost.Time, encode(salt), encode(p.key(password, salt, p.cost)))
}

// Matches compares a password with a hash, in constant time. Without a user it takes as long, so that a client cannot learn from
// the duration which names exist.
func (p *Passwords) Matches(u *User, password string) bool {
	hash := p.dummy
	if u != nil {
		hash = u.Password
	}
	var cost Cost
	var salt, key string
	if _, err := fmt.Sscanf(strings.ReplaceAll(hash, "$", " "), strings.ReplaceAll(phc, "$", " "), &cost.Memory, &cost.Time, &salt, &key); err != nil {
		return false
	}
	saltBytes, err := base64.RawStdEncoding.DecodeString(salt)
	if err != nil {
		return false
	}
	return security.Equal(encode(p.key(password, saltBytes, cost)), key) && u != nil
}

func (p *Passwords) key(password string, salt []byte, cost Cost) []byte {
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	return argon2.IDKey([]byte(password), salt, cost.Time, cost.Memory, 1, keyBytes)
}

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }
