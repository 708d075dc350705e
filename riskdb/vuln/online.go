package vuln

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Service is OSV's public service: https://google.github.io/osv.dev/api/.
const Service = "https://api.osv.dev"

// Limits of what is asked and answered.
const (
	batchQueries = 500
	maxQueries   = 20_000
	maxAnswer    = 32 << 20
	maxPages     = 50
	maxFetched   = 20_000 // advisories
	parallel     = 4
	attempts     = 3
	askTime      = 30 * time.Second
)

// Online asks a service. It sends ecosystem, name and version of components, and nothing else. It is a
// [riskdb.Adviser] for as long as its context lasts.
type Online struct {
	Context context.Context
	Client  *http.Client
	Address string                            // of the service
	Cache   string                            // folder of advisories that were fetched; "" for none
	Before  func(queries int, to string)      // is told before anything is sent; may be nil
	Wait    func(context.Context, int) error  // before another attempt of a request
	Private func(ecosystem, name string) bool // components that are not to be asked about; may be nil

	mu sync.Mutex
}

// query is a question about one package, as https://google.github.io/osv.dev/post-v1-querybatch/ has it.
type query struct {
	Package packageName `json:"package"`
	Version string      `json:"version,omitempty"`
	Page    string      `json:"page_token,omitempty"`
}

type packageName struct {
	Name      string `json:"name"`
	Ecosystem string `json:"ecosystem"`
}

type answers struct {
	Results []struct {
		Vulns []struct {
			ID       string `json:"id"`
			Modified string `json:"modified"`
		} `json:"vulns"`
		Next string `json:"next_page_token"`
	} `json:"results"`
}

// reference of an advisory: its id, and when it was last modified.
type advisoryRef struct{ id, modified string }

// Sources is the service.
func (o *Online) Sources() []riskdb.AdviceSource {
	return []riskdb.AdviceSource{{Name: "OSV online", Origin: o.Address}}
}

// Vulnerabilities asks about every component of an inventory.
func (o *Online) Vulnerabilities(inv *inventory.Inventory, _ riskdb.Date) riskdb.Vulnerabilities {
	o.mu.Lock() // one question at a time: devices are judged side by side
	defer o.mu.Unlock()
	var out riskdb.Vulnerabilities
	var missing gaps
	groups := slices.DeleteFunc(gather(inv, &missing), func(g *group) bool { return o.left(g, &missing) })
	if len(groups) > maxQueries {
		for _, g := range groups[maxQueries:] {
			missing.each(reasonTooMany, "further", g.components)
		}
		groups = groups[:maxQueries]
	}
	if len(groups) > 0 && o.Before != nil {
		o.Before(len(groups), o.Address)
	}
	refs, err := o.ask(groups)
	var records map[advisoryRef]*record
	if err == nil {
		records, err = o.records(refs)
	}
	if err != nil {
		for _, g := range groups {
			missing.each(reasonOffline, o.Address, g.components)
		}
		out.Gaps = missing.list()
		for i := range out.Gaps {
			if out.Gaps[i].Kind == inventory.GapFailed {
				out.Gaps[i].Detail += " " + err.Error() + "."
			}
		}
		return out
	}
	for i, g := range groups {
		out.Checked += len(g.components)
		for _, ref := range refs[i] {
			g.take(records[ref], ref.id, &missing)
		}
	}
	out.Found, _ = merge(groups)
	sortFound(inv, out.Found)
	out.Gaps = missing.list()
	return out
}

// left reports whether a group is not asked about.
func (o *Online) left(g *group, missing *gaps) bool {
	switch {
	case g.base == gitEcosystem:
		missing.each(reasonNotOnline, "native code", g.components)
	case o.Private != nil && o.Private(g.base, g.name):
		missing.each(reasonPrivate, g.base, g.components)
	case slices.ContainsFunc([]string{g.version, g.from, g.to}, func(v string) bool { return v != "" && !g.isVersion(v) }):
		missing.each(reasonInvalid, g.base, g.components)
	default:
		return false
	}
	return true
}

// take judges an advisory that the service named for a group. Whether an exact version is affected, the service has
// decided; the words come from the advisory.
func (g *group) take(r *record, id string, missing *gaps) {
	if r == nil {
		missing.each(reasonAdvisory, id, g.components)
		return
	}
	v, err := g.judge(r, g.bounds)
	switch {
	case g.exact:
		v.affected, v.certain = true, true
	case err != nil:
		missing.each(reasonAdvisory, id, g.components)
		return
	}
	if v.affected && r.Withdrawn == "" {
		v.certain = v.certain && !g.inferred
		g.hits = append(g.hits, hit{r, v})
	}
}

// ask gets the advisories on each group, in batches and page by page.
func (o *Online) ask(groups []*group) ([][]advisoryRef, error) {
	out := make([][]advisoryRef, len(groups))
	type pending struct {
		group int
		query query
	}
	var todo []pending
	for i, g := range groups {
		todo = append(todo, pending{i, query{Package: packageName{g.name, g.onlineEcosystem()}, Version: g.version}})
	}
	for page := 0; len(todo) > 0; page++ {
		if page >= maxPages*(1+len(groups)/batchQueries) {
			return nil, errors.New("the service does not come to an end")
		}
		batch := todo[:min(batchQueries, len(todo))]
		todo = slices.Clone(todo[len(batch):])
		body := struct {
			Queries []query `json:"queries"`
		}{}
		for _, p := range batch {
			body.Queries = append(body.Queries, p.query)
		}
		var got answers
		if err := o.request("/v1/querybatch", body, &got); err != nil {
			return nil, err
		}
		if len(got.Results) != len(batch) {
			return nil, fmt.Errorf("the service answered %d of %d questions", len(got.Results), len(batch))
		}
		for i, result := range got.Results {
			for _, v := range result.Vulns {
				if validID(v.ID) {
					out[batch[i].group] = append(out[batch[i].group], advisoryRef{v.ID, v.Modified})
				}
			}
			if result.Next != "" {
				again := batch[i]
				again.query.Page = result.Next
				todo = append(todo, again)
			}
		}
	}
	return out, nil
}

// onlineEcosystem is the ecosystem with the release, as the service writes it.
func (g *group) onlineEcosystem() string {
	switch {
	case g.base == "Ubuntu" && ltsReleases[g.release]:
		return g.base + ":" + g.release + ":LTS"
	case g.base == "Red Hat", g.base == "SUSE", g.release == "": // their releases are products; any is asked for, and told apart here
		return g.base
	}
	return g.base + ":" + g.release
}

var ltsReleases = map[string]bool{"14.04": true, "16.04": true, "18.04": true, "20.04": true, "22.04": true, "24.04": true, "26.04": true}

// records fetches advisories, each once, a few at a time.
func (o *Online) records(refs [][]advisoryRef) (map[advisoryRef]*record, error) {
	wanted := map[advisoryRef]bool{}
	for _, list := range refs {
		for _, ref := range list {
			wanted[ref] = true
		}
	}
	if len(wanted) > maxFetched {
		return nil, fmt.Errorf("the service names %d advisories, more than the %d that are fetched", len(wanted), maxFetched)
	}
	list := slices.SortedFunc(maps.Keys(wanted), func(a, b advisoryRef) int {
		return cmp.Or(strings.Compare(a.id, b.id), strings.Compare(a.modified, b.modified))
	})
	found, errs := make([]*record, len(list)), make([]error, parallel)
	var wg sync.WaitGroup
	for w := range parallel {
		wg.Go(func() {
			for i := w; i < len(list) && errs[w] == nil; i += parallel {
				found[i], errs[w] = o.record(list[i])
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	out := map[advisoryRef]*record{}
	for i, ref := range list {
		out[ref] = found[i]
	}
	return out, nil
}

// record fetches one advisory, or takes it from the cache.
func (o *Online) record(ref advisoryRef) (*record, error) {
	cached := ""
	if o.Cache != "" {
		sum := sha256.Sum256([]byte(ref.id + "\x00" + ref.modified))
		cached = filepath.Join(o.Cache, hex.EncodeToString(sum[:16])+".json")
		if b, err := os.ReadFile(cached); err == nil {
			if r, err := decode(b); err == nil && r.ID == ref.id {
				return r, nil
			}
		}
	}
	var raw json.RawMessage
	if err := o.request("/v1/vulns/"+url.PathEscape(ref.id), nil, &raw); err != nil {
		return nil, err
	}
	r, err := decode(raw)
	if err != nil || r.ID != ref.id {
		return nil, nil // told as an advisory that cannot be read
	}
	if cached != "" && os.MkdirAll(o.Cache, 0o755) == nil {
		_ = os.WriteFile(cached, raw, 0o644) // a cache that cannot be written is no error: it is asked for again
	}
	return r, nil
}

// request sends a question, again where the service was busy.
func (o *Online) request(path string, body, into any) error {
	var last error
	for n := range attempts {
		if n > 0 {
			if err := o.Wait(o.Context, n); err != nil {
				return err
			}
		}
		again, err := o.send(path, body, into)
		if err == nil || !again {
			return err
		}
		last = err
	}
	return last
}

// send sends one request; again is whether another attempt may help.
func (o *Online) send(path string, body, into any) (again bool, err error) {
	ctx, cancel := context.WithTimeout(o.Context, askTime)
	defer cancel()
	method, content := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		if content, err = json.Marshal(body); err != nil {
			return false, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, o.Address+path, bytes.NewReader(content))
	if err != nil {
		return false, err
	}
	request.Header.Set("User-Agent", "quaestor")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := o.Client.Do(request)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return o.Context.Err() == nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		busy := answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= 500
		return busy, fmt.Errorf("the service answers %q", answer.Status)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return true, err
	case len(b) > maxAnswer:
		return false, fmt.Errorf("an answer has more than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return false, fmt.Errorf("an answer does not parse: %w", err)
	}
	return false, nil
}
