package codepage

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestWidePages(t *testing.T) {
	for text, page := range map[string]struct {
		in   encoding.Encoding
		name string
	}{
		"DisplayName=\"微信\"\nPublisher=\"腾讯科技(深圳)有限公司\"\n": {simplifiedchinese.GBK, "GBK (936)"},
		"\"迅雷\",\"1\"\n":                         {simplifiedchinese.GBK, "GBK (936)"},
		"360安全卫士,奇虎\n搜狗输入法\n":                    {simplifiedchinese.GBK, "GBK (936)"},
		"名稱,發行者\n防毒軟體,趨勢科技股份有限公司\n":              {traditionalchinese.Big5, "Big5 (950)"},
		"ウイルスバスター,トレンドマイクロ株式会社\n表示名\n":           {japanese.ShiftJIS, "Shift JIS (932)"},
		"알약 공개용,이스트소프트\n한글과컴퓨터 오피스\n":            {korean.EUCKR, "EUC-KR (949)"},
		"Антивирус Касперского,АО Лаборатория\n": {charmap.Windows1251, "Windows 1251"},
		"Яндекс\n":              {charmap.Windows1251, "Windows 1251"},
		"ПРОГРАММА ЗАЩИТЫ\n":    {charmap.Windows1251, "Windows 1251"},
		"Café Größe Küche\n":    {charmap.Windows1252, "Windows 1252"},
		"Café":                  {charmap.Windows1252, "Windows 1252"},
		"Gestión de nóminas, ñ": {charmap.Windows1252, "Windows 1252"},
	} {
		got := Decode(written(t, text, page.in))
		if string(got.UTF8) != text || got.Guessed != page.name {
			t.Errorf("%q in %s is read as %q in %q", text, page.name, got.UTF8, got.Guessed)
		}
	}
}
