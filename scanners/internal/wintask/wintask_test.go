package wintask

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

const update = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Author>Пример АО</Author><Description>не хранится</Description><URI>\Example\Обновление</URI></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger><BootTrigger/></Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><Enabled>false</Enabled><Hidden>true</Hidden></Settings>
  <Actions Context="Author">
    <Exec><Command>"C:\Program Files\Example\up date.exe" -token=TOPSECRET</Command><Arguments>/silent TOPSECRET</Arguments></Exec>
    <Exec><Command>%windir%\system32\rundll32.exe</Command></Exec>
    <ComHandler><ClassId>{A6BA00FE-40E8-477C-B713-C64A14F18ADB}</ClassId><Data>TOPSECRET</Data></ComHandler>
  </Actions>
</Task>`

func wide(s string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestParse(t *testing.T) {
	want := Task{URI: `\Example\Обновление`, Author: "Пример АО", Programs: []string{`C:\Program Files\Example\up date.exe`, `%windir%\system32\rundll32.exe`},
		Handlers: []string{"{A6BA00FE-40E8-477C-B713-C64A14F18ADB}"}, User: "S-1-5-18", Highest: true, Disabled: true, Hidden: true, AtLogon: true, AtBoot: true}
	for name, data := range map[string][]byte{"UTF-16": wide(update), "UTF-8": []byte(update)} {
		if !Looks(data) {
			t.Errorf("%s does not look like a task", name)
		}
		got, err := Parse(data)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v, %s", name, err, d)
		}
		if got.Maker() != "Пример АО" || !got.System() {
			t.Errorf("%s: maker %q, system %v", name, got.Maker(), got.System())
		}
	}
	if _, err := Parse([]byte(`<Task xmlns="urn:other"/>`)); !errors.Is(err, ErrFormat) {
		t.Errorf("another document: %v", err)
	}
	if got, err := Parse([]byte(update[:strings.Index(update, "</Actions>")])); err == nil || len(got.Programs) != 2 {
		t.Errorf("cut off: %+v, %v", got, err)
	}
	for author, want := range map[string]string{`DESK\ann`: "", "$(@%systemroot%\\x.dll,-1)": "", "ann@example.org": "", "Example Corp.": "Example Corp.", "S-1-5-21-1": ""} {
		if got := (Task{Author: author}).Maker(); got != want {
			t.Errorf("%q: %q", author, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(wide(update))
	f.Add([]byte(update))
	f.Fuzz(func(t *testing.T, data []byte) {
		task, err := Parse(data)
		if len(task.Programs) > maxActions || err == nil && task.Disabled && task.Hidden && len(data) < 100 {
			t.Errorf("%+v", task)
		}
	})
}
