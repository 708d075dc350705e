package endpoints

import (
	"net/netip"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func FuzzAdd(f *testing.F) {
	for _, s := range []string{
		"https://user:pw@api.netty.io:8443/x?y#z", "https:\\/\\/a.netty.io\\/", "http://[2606:4700::1]/", "https://%s.a.netty.io", "https://bücher.de",
		"a@b.netty.io", "\"log.umeng.com\",\"b.cn\"", "8.8.8.8:53", "2606:4700:4700::1111", v3, "s3://bucket/key", "h\x00t\x00t\x00p\x00:\x00/\x00/\x00a\x00.\x00d\x00e\x00",
		"\x00//a.netty.io/\x00", "((((https://a.netty.io/(]", "https://a.netty.io/?a&amp;amp;b&#38;c&amp;quot;d", "https://a.netty.io&lt;x", "com.foo.bar", "http://http://a.netty.io",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var c Collector
		c.Add(text, "f")
		list, _, _ := c.Result(nil)
		for _, e := range list {
			sound(t, e, text)
		}
	})
}

// sound checks what holds for every endpoint: its host is a valid one in lower case, ends as it is written in the
// text, and finding it again in its own value gives the same.
func sound(t *testing.T, e inventory.Endpoint, text []byte) {
	t.Helper()
	if e.Count < 1 || len(e.Places) != 1 || len(e.Value) > maxValue+600 {
		t.Errorf("%+v", e)
	}
	if e.Host != strings.ToLower(e.Host) || strings.Contains(e.Value, "@") && strings.Contains(e.Value, "://") && strings.Contains(strings.SplitN(e.Value, "/", 4)[2], "@") {
		t.Errorf("%+v", e)
	}
	if _, err := netip.ParseAddr(e.Host); err == nil || e.Host == "" {
		return
	}
	if !labels(e.Host) || len(e.Host) > maxHost || !ascii(e.Host) {
		t.Errorf("host %q", e.Host)
	}
	plain := strings.ToLower(strings.ReplaceAll(string(text), "\x00", ""))
	if !strings.Contains(e.Host, "xn--") && ascii(plain) && !strings.Contains(plain, e.Host) {
		t.Errorf("host %q is not in %q", e.Host, text)
	}
	if e.Kind == inventory.EndpointHost || e.Kind == inventory.EndpointEmail || len(e.Value) >= maxValue {
		return
	}
	var again Collector
	again.Add([]byte(e.Value), "f")
	list, _, _ := again.Result(nil)
	if len(list) != 1 || list[0].Value != e.Value || list[0].Host != e.Host || list[0].Kind != e.Kind {
		t.Errorf("%+v read again: %+v", e, list)
	}
}

// Time grows with the bytes also where almost everything looks like the beginning of an address.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{"http://x/", "a.com/", "=a.com/", "::::", "a.b@", "x.\x00", "\"a.cn\"", "http://a.netty.io/("} {
		text := []byte(strings.Repeat(unit, 1<<20/len(unit)))
		b.Run(strings.ReplaceAll(unit, "/", "|"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var c Collector
				c.Add(text, "f")
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	for name, unit := range map[string]string{
		"prose":    "The quick brown fox jumps over the lazy dog, and the dog does not mind. ",
		"minified": "function(e,t){var n=e.props.style;return n.color||(t.a=new Foo.Bar(n.x.y)),!0},",
		"noise":    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/+=\n",
		"hits":     "\"https://api.netty.io/v1/users\",\"log.umeng.com\",",
	} {
		text := []byte(strings.Repeat(unit, 1<<22/len(unit)))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var c Collector
				c.Add(text, "f")
			}
		})
	}
}
