package html_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is a browser that is driven over a pipe by its own protocol (https://chromedevtools.github.io/devtools-protocol/).
type chromium struct {
	t       *testing.T
	in      *os.File
	mu      sync.Mutex
	next    int
	answers map[int]chan answer
	session string
	events  []event
	loaded  chan struct{}
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

type event struct {
	Method string
	Params json.RawMessage
}

// startChromium starts Debian's chromium, or skips the test where there is none.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			program = p
			break
		}
	}
	if program == "" {
		t.Skip("Chromium is not installed: apt-get install chromium")
	}
	toRead, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{toRead, toWrite}
	if err := cmd.Start(); err != nil {
		t.Skipf("Chromium does not start: %v", err)
	}
	toRead.Close()
	toWrite.Close()
	c := &chromium{t: t, in: in, answers: map[int]chan answer{}, loaded: make(chan struct{}, 16)}
	go c.listen(out)
	t.Cleanup(func() {
		in.Close() // at which the browser ends
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		out.Close()
	})
	var made struct{ TargetID string }
	c.call("Target.createTarget", map[string]any{"url": "about:blank"}, &made)
	var attached struct{ SessionID string }
	c.call("Target.attachToTarget", map[string]any{"targetId": made.TargetID, "flatten": true}, &attached)
	c.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		c.call(domain+".enable", nil, nil)
	}
	c.call("Network.emulateNetworkConditions", map[string]any{"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}, nil)
	return c
}

// listen hands answers to those who wait for them, and keeps events.
func (c *chromium) listen(out *os.File) {
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		raw, err := r.ReadBytes(0)
		if err != nil {
			break
		}
		var m struct {
			ID int
			answer
			event
		}
		if json.Unmarshal(raw[:len(raw)-1], &m) != nil {
			continue
		}
		c.mu.Lock()
		if to := c.answers[m.ID]; to != nil {
			to <- m.answer
			delete(c.answers, m.ID)
		} else if m.Method != "" {
			c.events = append(c.events, m.event)
		}
		c.mu.Unlock()
		if m.Method == "Page.loadEventFired" {
			c.loaded <- struct{}{}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, to := range c.answers {
		to <- answer{Error: &struct{ Message string }{"the browser has ended"}}
	}
}

func (c *chromium) ask(method string, params any, into any) error {
	c.mu.Lock()
	c.next++
	id, to := c.next, make(chan answer, 1)
	c.answers[id] = to
	c.mu.Unlock()
	m := map[string]any{"id": id, "method": method}
	if params != nil {
		m["params"] = params
	}
	if c.session != "" {
		m["sessionId"] = c.session
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := c.in.Write(append(raw, 0)); err != nil {
		return err
	}
	select {
	case a := <-to:
		if a.Error != nil {
			return errors.New(a.Error.Message)
		}
		if into != nil {
			return json.Unmarshal(a.Result, into)
		}
		return nil
	case <-time.After(time.Minute):
		return fmt.Errorf("%s: no answer for a minute", method)
	}
}

func (c *chromium) call(method string, params any, into any) {
	c.t.Helper()
	if err := c.ask(method, params, into); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

// open loads a file and forgets what happened before.
func (c *chromium) open(file string) {
	c.t.Helper()
	c.mu.Lock()
	c.events = nil
	c.mu.Unlock()
	for len(c.loaded) > 0 {
		<-c.loaded
	}
	c.call("Page.navigate", map[string]any{"url": "file://" + file}, nil)
	select {
	case <-c.loaded:
	case <-time.After(time.Minute):
		c.t.Fatal("the page was not loaded within a minute")
	}
}

// scheme makes the reader one who wants it dark, or light, or on paper.
func (c *chromium) scheme(scheme, media string) {
	c.t.Helper()
	c.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// width makes the window so wide.
func (c *chromium) width(pixels int) {
	c.t.Helper()
	c.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// eval runs script in the page, outside of what its policy allows, and waits for what it promises.
func (c *chromium) eval(script string, into any) {
	c.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	c.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}, &got)
	if got.ExceptionDetails != nil {
		c.t.Fatalf("script: %s", got.ExceptionDetails.Text)
	}
	if into != nil {
		if err := json.Unmarshal(got.Result.Value, into); err != nil {
			c.t.Fatalf("%v in %s", err, got.Result.Value)
		}
	}
}

// complaints are errors that the browser told of, and everything but the file that the page asked for.
func (c *chromium) complaints(file string) (out []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.events {
		text := string(e.Params)
		switch e.Method {
		case "Runtime.exceptionThrown":
			out = append(out, text)
		case "Log.entryAdded":
			if strings.Contains(text, `"level":"error"`) || strings.Contains(text, `"level":"warning"`) || strings.Contains(text, `"source":"security"`) {
				out = append(out, text)
			}
		case "Runtime.consoleAPICalled":
			out = append(out, text)
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			if json.Unmarshal(e.Params, &p) == nil && strings.TrimSuffix(p.Request.URL, "#") != "file://"+file {
				out = append(out, "asked for "+p.Request.URL)
			}
		}
	}
	return out
}
