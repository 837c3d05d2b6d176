package origin

// Base is the beginning of links, as the client of a request sees it.
type Base struct{ Scheme, Host, RootPath string }

// URL returns the URL of a path. Without a host, as outside of requests, it is the path alone.
func (b *Base) URL(path string) string {
	if b.Host == "" {
		return path
	}
	return b.Scheme + "://" + b.Host + b.RootPath + path
}
