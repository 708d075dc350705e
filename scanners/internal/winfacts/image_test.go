package winfacts

import (
	"testing"
	"time"

	"quaestor/scanners/internal/winreg/hivetest"
)

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func TestImage(t *testing.T) {
	env := readEnvironment(hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\WINNT"))
	for command, want := range map[string]string{
		`"C:\Program Files\X\x.exe" -k secret`:   `C:\Program Files\X\x.exe`,
		`C:\Program Files\X\x.exe -k secret.exe`: `C:\Program Files\X\x.exe`,
		`\SystemRoot\System32\drivers\x.sys`:     `D:\WINNT\System32\drivers\x.sys`,
		`System32\drivers\x.sys`:                 `D:\WINNT\System32\drivers\x.sys`,
		`\??\C:\x.sys`:                           `C:\x.sys`,
		`\\?\C:\x.exe /a`:                        `C:\x.exe`,
		`%SystemRoot%\x.exe`:                     `D:\WINNT\x.exe`,
		`%ProgramFiles(x86)%\a b\x.exe,-1`:       `D:\Program Files (x86)\a b\x.exe`,
		`%unknown%\x.exe /y`:                     `%unknown%\x.exe`,
		`%SystemDrive%/a/x.exe`:                  `D:\a\x.exe`,
		`100%`:                                   `100%`,
		`C:\x.exercise\y.exe z`:                  `C:\x.exercise\y.exe`,
		`notepad --password=hunter2`:             `notepad`,
		`"C:\unclosed.exe`:                       `C:\unclosed.exe`,
		`C:\Программы\антивирус.exe /тихо`: `C:\Программы\антивирус.exe`,
		`C:\İİİ\x.exe /p`: `C:\İİİ\x.exe`,
		``:                ``,
		`%%`:              `%%`,
	} {
		if got := env.image(command); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
	for command, want := range map[string]string{
		`rundll32.exe C:\x\y.dll,Entry secret`:                      `C:\x\y.dll`,
		`"%SystemRoot%\System32\rundll32.exe" "C:\a b\y.dll",Entry`: `C:\a b\y.dll`,
		`regsvr32.exe /s /u C:\y.dll`:                               `C:\y.dll`,
		`rundll32.exe`:                                              `rundll32.exe`,
	} {
		if got := env.started(command); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
}

func FuzzImage(f *testing.F) {
	env := readEnvironment(hivetest.Fill(f, "[HKLM\\SOFTWARE]\n"))
	for _, s := range []string{`"C:\a.exe" b`, `%SystemRoot%\x.dll,-1`, `rundll32.exe /s "x.dll",y`, `%`, `\SystemRoot\`, `\??\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit := len(s)*40 + 100
		if p := env.started(s); len(p) > limit {
			t.Errorf("%d bytes from %d", len(p), len(s))
		}
	})
}
