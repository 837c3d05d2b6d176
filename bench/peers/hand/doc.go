// Package hand is the hand-written binding that the routers without one share
// (nethttp, chi): encoding/json streams, url.Values, http.Cookie, validator.
package hand
