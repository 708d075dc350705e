package adb

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// Phone is one phone behind the server. It is safe for concurrent use; each call has a connection of its own.
type Phone struct {
	server *Server
	serial string

	mu       sync.Mutex
	features map[string]bool
	noExec   bool // opening "exec:" was refused once
}

// Open names a phone by its serial number; nothing is sent yet.
func (s *Server) Open(serial string) *Phone { return &Phone{server: s, serial: serial} }

// Serial is the serial number that the phone was opened with.
func (p *Phone) Serial() string { return p.serial }

// Idle is how long the phone may say nothing while something is waited for.
func (p *Phone) Idle() time.Duration { return p.server.idle() }

// Features are what the phone says it can, such as "shell_v2" and "stat_v2"; none before Android 7. It is asked once.
func (p *Phone) Features(ctx context.Context) (map[string]bool, error) {
	p.mu.Lock()
	known := p.features
	p.mu.Unlock()
	if known != nil {
		return known, nil
	}
	c, err := p.server.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.who = p.serial
	if err := c.request("host-serial:" + p.serial + ":features"); err != nil {
		return nil, err
	}
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	known = map[string]bool{}
	for f := range strings.SplitSeq(text, ",") {
		if f = strings.TrimSpace(f); f != "" {
			known[f] = true
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.features = known
	return known, nil
}

// open chooses the phone and opens a service of it.
func (p *Phone) open(ctx context.Context, service string) (*conn, error) {
	c, err := p.server.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.who = p.serial
	if err = c.request("host:transport:" + p.serial); err == nil {
		if err = c.request(service); err == nil {
			c.pause()
			return c, nil
		}
	}
	c.Close()
	if p.left(ctx, err) {
		return nil, fail(ErrGone, p.serial, "")
	}
	return nil, err
}

// left says that a phone was there and is no more. That it is offline or unknown means just that once it has answered;
// and the server says "closed" both of a phone that does not have a service and of one that was unplugged meanwhile.
func (p *Phone) left(ctx context.Context, err error) bool {
	switch {
	case errors.Is(err, ErrOffline), errors.Is(err, ErrNoPhone):
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.features != nil
	case errors.Is(err, ErrRefused):
		state, err := p.server.ask(ctx, "host-serial:"+p.serial+":get-state")
		return ctx.Err() == nil && (err != nil || state != StateDevice)
	}
	return false
}
