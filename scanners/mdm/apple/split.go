package apple

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Split implements [scanners.Fleet]. Answers of a device may lie anywhere, so that all are put together before the first device is
// handed on.
func (scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	groups := regroup.New(regroup.DefaultMemory)
	defer groups.Close()
	rest := inventory.New()
	var errs []error
	files := make([]string, len(srcs))
	for i, src := range srcs {
		files[i] = inventory.Text(src.Name())
		f := &file{ctx: ctx, src: src, number: i, groups: groups, seen: map[string]int{}}
		err := f.read()
		rest.Gaps = append(rest.Gaps, f.trouble.Gaps(files[i])...)
		if err == nil && f.answers == 0 {
			err = errors.New("it holds no answer of a device that can be read; export the answers again")
		}
		errs = append(errs, scanners.SourceError(src, err))
		if ctx.Err() != nil {
			return rest, ctx.Err()
		}
	}
	err := groups.Each(func(g regroup.Group) error {
		return emit(func() *inventory.Inventory { return facts(g, files) })
	})
	return rest, errors.Join(append(errs, err)...)
}

// file is a file that is being read.
type file struct {
	ctx     context.Context
	src     *source.Source
	number  int
	groups  *regroup.Groups
	trouble jsonstream.Trouble
	answers int
	seen    map[string]int // how many answers of a kind named no device
}

func (f *file) read() error {
	if bytes.HasPrefix(f.src.Head(), []byte("bplist")) {
		return f.binary()
	}
	text, err := textstream.Open(f.src)
	if err != nil {
		return err
	}
	if head := bytes.TrimLeft(textstream.Head(f.src), " \t\r\n"); len(head) > 0 && head[0] == '<' {
		return f.xml(text)
	}
	return jsonstream.Elements(text, jsonOptions, f.element)
}

// jsonOptions find the answers in JSON: the list of results is that of Fleet.
var jsonOptions = jsonstream.Options{MaxElement: maxPiece, Members: []string{"results"}}

func (f *file) xml(text io.Reader) error {
	return cut(text, func(p piece) error {
		at := jsonstream.Element{Line: p.line}
		switch {
		case p.err != nil:
			f.trouble.Add(at, p.err)
		case !isAnswer(p.keys, p.told["MessageType"]):
			f.trouble.Add(at, errors.New("it is no answer to a command that is known"))
		default:
			return f.add(f.key(p.told, p.keys), p.raw, time.Time{}, p.line)
		}
		return f.ctx.Err()
	})
}

// binary reads a binary list, which is one answer or an array of them.
func (f *file) binary() error {
	if f.src.Size() > maxPiece {
		return &source.LimitError{Name: f.src.Name(), What: "size of a binary list", Limit: maxPiece}
	}
	data, err := f.src.Bytes()
	if err != nil {
		return err
	}
	v, err := plist.Decode(data)
	if err != nil {
		return err
	}
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	for i, e := range list {
		told, keys := members(e)
		if !isAnswer(keys, told["MessageType"]) {
			f.trouble.Add(jsonstream.Element{Line: 1}, fmt.Errorf("entry %d of the list is no answer to a command that is known", i+1))
			continue
		}
		raw, ok := data, true
		if many {
			raw, ok = encode(e)
		}
		if !ok {
			f.trouble.Add(jsonstream.Element{Line: 1}, jsonstream.ErrTooLarge)
			continue
		}
		if err := f.add(f.key(told, keys), raw, time.Time{}, 0); err != nil {
			return err
		}
	}
	return nil
}

// members are the names of the members of an answer, and those that are texts.
func members(v any) (told map[string]string, keys []string) {
	told = map[string]string{}
	for key, value := range plist.Dict(v) {
		keys = append(keys, key)
		if s, ok := value.(string); ok {
			told[key] = s
		}
	}
	return told, keys
}

// element reads an answer, a status report or an event in JSON.
func (f *file) element(e jsonstream.Element) error {
	if e.Err == nil {
		var o object
		if e.Err = json.Unmarshal(e.Raw, &o); e.Err == nil {
			e.Err = f.object(&o, e)
		}
	}
	if e.Err != nil {
		f.trouble.Add(e, e.Err)
	}
	return f.ctx.Err()
}

// key is what the answers of one device have in common. An answer that names none is its file's: the n-th list of apps in it and the
// n-th of profiles are taken for those of one device.
func (f *file) key(told map[string]string, keys []string) string {
	if udid := strings.TrimSpace(told["UDID"]); udid != "" {
		return "udid " + strings.ToUpper(udid)
	}
	if id := strings.TrimSpace(told["EnrollmentID"]); id != "" {
		return "enrolment " + strings.ToUpper(id)
	}
	kind := ""
	for _, k := range append(append([]string{"MessageType"}, lists...), states...) {
		for _, have := range keys {
			if have == k {
				kind = k
			}
		}
	}
	f.seen[kind]++
	return fmt.Sprintf("file %d %d", f.number, f.seen[kind])
}

// add puts an answer to those of its device. Its row is the time at which it came, and the answer.
func (f *file) add(key string, raw []byte, at time.Time, line int) error {
	var seconds int64
	if !at.IsZero() {
		seconds = at.Unix()
	}
	f.answers++
	row := append(fmt.Appendf(nil, "%d ", seconds), raw...)
	if err := f.groups.Add([]byte(key), row, int64(f.number)<<32|int64(line)&0xffffffff); err != nil {
		return err
	}
	return f.ctx.Err()
}
