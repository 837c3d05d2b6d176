package security

import (
	"fmt"
	"maps"

	"github.com/brio-go/brio/internal/exchange"
)

// Flows are the flows of OAuth 2 by which a client gets a token: Password, AuthorizationCode, ClientCredentials, Implicit (RFC 6749, 4). A nil
// flow is not documented.
type Flows struct{ Password, AuthorizationCode, ClientCredentials, Implicit *Flow }

// Flow is one flow. Scopes maps each scope to its description. The authorization code and implicit flows need
// AuthorizationURL; all flows but the implicit one need TokenURL. RefreshURL is optional. The URLs may be relative to the server's
// URL.
type Flow struct {
	AuthorizationURL, TokenURL, RefreshURL string
	Scopes                                 map[string]string
}

// OAuth2PasswordBearer reads a bearer token and yields a *Token. Users get the token for their password at tokenURL: see
// [PasswordForm]. Unlike FastAPI's it refuses Authorization: Bearer without a token.
func OAuth2PasswordBearer(tokenURL string, scopes map[string]string, opts ...Option) Scheme {
	return oauth2[Token]("OAuth2PasswordBearer", Flows{Password: &Flow{TokenURL: tokenURL, Scopes: scopes}}, findToken, opts)
}

// OAuth2AuthorizationCode reads a bearer token, which an authorization server issues for a code, and yields a *Token.
func OAuth2AuthorizationCode(authorizationURL, tokenURL string, scopes map[string]string, opts ...Option) Scheme {
	return oauth2[Token]("OAuth2AuthorizationCodeBearer",
		Flows{AuthorizationCode: &Flow{AuthorizationURL: authorizationURL, TokenURL: tokenURL, Scopes: scopes}}, findToken, opts)
}

// OAuth2ClientCredentials reads a bearer token, which programs get for their client credentials, and yields a *Token.
func OAuth2ClientCredentials(tokenURL string, scopes map[string]string, opts ...Option) Scheme {
	return oauth2[Token]("OAuth2ClientCredentials", Flows{ClientCredentials: &Flow{TokenURL: tokenURL, Scopes: scopes}}, findToken, opts)
}

// OAuth2Implicit reads a bearer token, which the authorization server issues to a page, and yields a *Token. OAuth 2.1 has
// removed the flow: prefer OAuth2AuthorizationCode.
func OAuth2Implicit(authorizationURL string, scopes map[string]string, opts ...Option) Scheme {
	return oauth2[Token]("OAuth2Implicit", Flows{Implicit: &Flow{AuthorizationURL: authorizationURL, Scopes: scopes}}, findToken, opts)
}

// OAuth2 documents any flows and yields an *Authorization. Like FastAPI's it accepts any scheme of the Authorization header, so
// the program must check the scheme. A header without credentials is refused. The challenge is Bearer.
func OAuth2(flows Flows, opts ...Option) Scheme {
	return oauth2[Authorization]("OAuth2", flows, findAuthorization, opts)
}

// OpenIDConnect documents the URL of a discovery document and yields an *Authorization. Like FastAPI's it accepts any scheme of
// the Authorization header, so the program must check the scheme. The challenge is Bearer.
func OpenIDConnect(url string, opts ...Option) Scheme {
	s := newScheme[Authorization]("OpenIdConnect", opts, func(*settings) map[string]any {
		return map[string]any{"type": "openIdConnect", "openIdConnectUrl": url}
	}, "Bearer", findAuthorization)
	if url == "" {
		s.fail("OpenIDConnect is given no address", "that of the discovery document: https://issuer.example/.well-known/openid-configuration")
	}
	return s
}

// oauth2 makes a scheme with flows, whose credentials find returns. A flow with other URLs than OpenAPI requires is a mistake.
func oauth2[T any](kind string, flows Flows, find func(*exchange.Exchange) (any, outcome), opts []Option) Scheme {
	flows = flows.clone() // later changes of the caller's maps have no effect
	s := newScheme[T](kind, opts, func(s *settings) map[string]any {
		defined := map[string]any{}
		for _, f := range flows.list() {
			defined[f.name] = f.define(s.refreshURL)
		}
		return map[string]any{"type": "oauth2", "flows": defined}
	}, "Bearer", find)
	if len(flows.list()) == 0 {
		s.fail("OAuth2 is given no flow", "at least one of Password, AuthorizationCode, ClientCredentials and Implicit")
	}
	for _, f := range flows.list() {
		if f.authorizes != (f.AuthorizationURL != "") || f.issues != (f.TokenURL != "") {
			s.fail(fmt.Sprintf("the %s flow of %s has not exactly the addresses that it needs: AuthorizationURL %q, TokenURL %q", f.name, kind, f.AuthorizationURL, f.TokenURL), f.needs())
		}
	}
	return s
}

// namedFlow is a flow with OpenAPI's name for it and the URLs that OpenAPI requires.
type namedFlow struct {
	*Flow
	name               string
	authorizes, issues bool // it needs an authorization URL, a token URL
}

// list returns the flows that are not nil, in OpenAPI's form.
func (f *Flows) list() []namedFlow {
	var present []namedFlow
	for _, n := range []namedFlow{
		{f.Implicit, "implicit", true, false},
		{f.Password, "password", false, true},
		{f.ClientCredentials, "clientCredentials", false, true},
		{f.AuthorizationCode, "authorizationCode", true, true},
	} {
		if n.Flow != nil {
			present = append(present, n)
		}
	}
	return present
}

func (f Flows) clone() Flows {
	for _, flow := range []**Flow{&f.Password, &f.AuthorizationCode, &f.ClientCredentials, &f.Implicit} {
		if *flow != nil {
			c := **flow
			c.Scopes = maps.Clone(c.Scopes)
			*flow = &c
		}
	}
	return f
}

func (f namedFlow) needs() string {
	switch {
	case !f.issues:
		return "an authorization URL"
	case !f.authorizes:
		return "a token URL"
	}
	return "an authorization URL and a token URL"
}

// define returns the flow for the document. refreshURL is that of the scheme's option.
func (f namedFlow) define(refreshURL string) map[string]any {
	scopes := map[string]any{}
	for scope, description := range f.Scopes {
		scopes[scope] = description
	}
	d := map[string]any{"scopes": scopes}
	if f.RefreshURL != "" {
		refreshURL = f.RefreshURL
	}
	for key, url := range map[string]string{"authorizationUrl": f.AuthorizationURL, "tokenUrl": f.TokenURL, "refreshUrl": refreshURL} {
		if url != "" {
			d[key] = url
		}
	}
	return d
}
