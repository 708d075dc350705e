package netsec

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// config is a base-config, domain-config or debug-overrides element as it is written. Pointers are nil for what it
// does not say.
type config struct {
	name      string
	parent    *config
	domains   []string
	cleartext *bool
	anchors   *anchors
	pins      *pins
}

type anchors struct {
	system, user bool
	custom       int
}

type pins struct {
	count   int
	expires string
	seen    map[string]bool
}

// parser collects the configs of a document.
type parser struct {
	root    bool
	base    *config
	debug   *config
	all     []*config // domain-configs in document order
	open    []*config
	path    []string
	skip    int // depth below which an element that the platform does not know is skipped, 0 for none
	domains map[string]bool
	cut     bool
	problem string

	collect bool // text is wanted
	content strings.Builder
	element axml.Element
}

func (p *parser) wrong(format string, args ...any) {
	if p.problem == "" {
		p.problem = fmt.Sprintf(format, args...)
	}
}

func (p *parser) start(e *axml.Element) error {
	p.path = append(p.path[:min(e.Depth-1, len(p.path))], e.Name)
	if p.collect {
		p.wrong("%q contains other elements", p.element.Name)
		p.collect = false
	}
	switch {
	case e.Depth == 1:
		p.root = e.Name == "network-security-config"
		return nil
	case !p.root || p.skip != 0:
		return nil
	}
	if !p.known(e) {
		p.skip = e.Depth
	}
	return nil
}

// known reads an element; it reports false for one whose content is skipped.
func (p *parser) known(e *axml.Element) bool {
	parent := p.path[e.Depth-2]
	switch e.Name {
	case "base-config", "debug-overrides":
		return e.Depth == 2 && p.single(e)
	case "domain-config":
		return p.domainConfig(e, parent)
	}
	if len(p.open) == 0 {
		return false
	}
	c := p.open[len(p.open)-1]
	switch {
	case e.Name == "domain" && parent == c.name:
		if c.name != "domain-config" {
			p.wrong("a domain in %q", c.name)
		}
		p.want(e)
	case e.Name == "trust-anchors" && parent == c.name:
		if c.anchors != nil {
			p.wrong("two trust-anchors in one config")
		}
		c.anchors = new(anchors)
	case e.Name == "certificates" && parent == "trust-anchors":
		p.certificates(e, c.anchors)
	case e.Name == "pin-set" && parent == c.name:
		p.pinSet(e, c)
	case e.Name == "pin" && parent == "pin-set" && c.pins != nil:
		p.want(e)
	default:
		return false
	}
	return true
}

// single reads an element that may be there once.
func (p *parser) single(e *axml.Element) bool {
	at := &p.base
	if e.Name == "debug-overrides" {
		at = &p.debug
	}
	if *at != nil {
		p.wrong("two elements %q", e.Name)
		return false
	}
	*at = p.config(e, nil)
	return true
}

func (p *parser) domainConfig(e *axml.Element, parent string) bool {
	var around *config
	if len(p.open) > 0 {
		around = p.open[len(p.open)-1]
	}
	switch {
	case e.Depth == 2:
	case parent != "domain-config" || around == nil:
		p.wrong("a domain-config in %q", parent)
		return false
	}
	if len(p.all) >= maxRules || len(p.open) >= maxNesting {
		p.cut = true
		return false
	}
	p.all = append(p.all, p.config(e, around))
	return true
}

// config opens a config.
func (p *parser) config(e *axml.Element, parent *config) *config {
	c := &config{name: e.Name, parent: parent}
	if v, ok := e.Lookup("cleartextTrafficPermitted"); ok {
		permitted := boolean(v, true)
		c.cleartext = &permitted
	}
	p.open = append(p.open, c)
	return c
}

// boolean is the value of a boolean attribute as the platform reads it from a compiled file: by its type, so that a
// text is no truth.
func boolean(v string, other bool) bool {
	switch v {
	case "true":
		return true
	case "false":
		return false
	}
	return other
}

// certificates reads one source of trust. The last word of a custom one is a reference to a file of the app.
func (p *parser) certificates(e *axml.Element, to *anchors) {
	switch src, ok := e.Lookup("src"); {
	case to == nil:
	case src == "system":
		to.system = true
	case src == "user":
		to.user = true
	case strings.HasPrefix(src, "@"):
		to.custom++
	case src == "wfa":
	case !ok:
		p.wrong("certificates without a source")
	default:
		p.wrong("certificates from %q", inventory.Text(src))
	}
}

func (p *parser) pinSet(e *axml.Element, c *config) {
	if c.pins != nil || c.name != "domain-config" {
		p.wrong("a pin-set too many, or in %q", c.name)
		return
	}
	c.pins = &pins{seen: make(map[string]bool)}
	if expires := e.Literal("expiration"); expires != "" {
		if _, err := time.Parse("2006-1-2", expires); err != nil {
			p.wrong("the expiration %q is no date", inventory.Text(expires))
		}
		c.pins.expires = inventory.Text(expires)
	}
}

// want begins to collect the text of an element.
func (p *parser) want(e *axml.Element) {
	p.collect, p.element = true, *e.Clone()
	p.content.Reset()
}

func (p *parser) text(s string) error {
	if p.collect && p.content.Len()+len(s) <= inventory.MaxText {
		p.content.WriteString(s)
	}
	return nil
}

func (p *parser) end(depth int) error {
	name := ""
	if depth <= len(p.path) {
		name = p.path[depth-1]
	}
	if p.skip != 0 {
		if depth <= p.skip {
			p.skip = 0
		}
		return nil
	}
	if p.collect && depth == p.element.Depth {
		p.collect = false
		p.finish(strings.TrimSpace(p.content.String()))
	}
	if len(p.open) > 0 && name == p.open[len(p.open)-1].name {
		c := p.open[len(p.open)-1]
		if c.name == "domain-config" && len(c.domains) == 0 && !p.cut {
			p.wrong("a domain-config without a domain")
		}
		p.open = p.open[:len(p.open)-1]
	}
	return nil
}

// finish takes the text of a domain or pin.
func (p *parser) finish(content string) {
	if len(p.open) == 0 {
		return
	}
	c := p.open[len(p.open)-1]
	if p.element.Name == "pin" {
		p.pin(c, content)
		return
	}
	domain := strings.ToLower(content)
	switch {
	case domain == "":
		p.wrong("a domain without a name")
		return
	case p.domains[domain]:
		p.wrong("the domain %q is there twice", inventory.Text(domain))
		return
	case len(p.domains) >= maxDomains:
		p.cut = true
		return
	}
	p.domains[domain] = true
	if v, _ := p.element.Lookup("includeSubdomains"); boolean(v, false) {
		domain = "." + domain
	}
	c.domains = append(c.domains, inventory.Text(domain))
}

// pin counts a pin, once: the SHA-256 of a public key.
func (p *parser) pin(c *config, content string) {
	digest := p.element.Literal("digest")
	hash, err := base64.StdEncoding.DecodeString(content)
	if c.pins == nil {
		return
	}
	if !strings.EqualFold(digest, "SHA-256") || err != nil || len(hash) != 32 {
		p.wrong("a pin that is no SHA-256")
	}
	if !c.pins.seen[content] {
		c.pins.seen[content] = true
		c.pins.count++
	}
}
