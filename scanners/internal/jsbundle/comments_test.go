package jsbundle

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/inventory"
)

// TestComments: what a comment names is a reference, and nothing else is.
func TestComments(t *testing.T) {
	script := strings.Join([]string{
		"/*! Lib v1.0 https://banner.netty.io/x */var a='https://one.netty.io/';/*! (c) https://inner.netty.io */",
		"  // see https://line.netty.io/docs.",
		"\t/* Docs: http://block.netty.io/",
		"   * and also http://block2.netty.io/ */ get('https://two.netty.io/');",
		"accept('*/*', '/* https://three.netty.io/'); glob('src/**/*.js'); load('https://four.netty.io/')",
		"x = 1 // https://five.netty.io/",
		"//cdn.six.netty.io/lib.js",
		"/* never closed https://seven.netty.io/",
	}, "\n")
	var c endpoints.Collector
	if _, err := Read("assets/www/app.js", []byte(script), &c); err != nil {
		t.Fatal(err)
	}
	list, hosts, _ := c.Result(nil)
	for _, e := range list {
		comment := strings.HasPrefix(e.Host, "b") || strings.HasPrefix(e.Host, "inner") || strings.HasPrefix(e.Host, "line")
		if (e.Kind == inventory.EndpointReference) != comment {
			t.Errorf("%s is %s", e.Value, e.Kind)
		}
	}
	if len(list) < 11 || len(hosts) < 6 {
		t.Errorf("%d addresses, hosts %q", len(list), hosts)
	}
}
