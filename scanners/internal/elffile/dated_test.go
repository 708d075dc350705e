package elffile

import "testing"

// What is known of releases by their days and by the versions of their libraries.
func TestDated(t *testing.T) {
	const codec, format = "AVCodecContext\x00", "AVFormatContext\x00"
	for _, c := range []struct{ text, want string }{
		{codec + "Lavc58.134.100", "ffmpeg 4.4..4.4.99"},
		{codec + "Lavc58.134.100 libx264\x00Lavc58.134.100", "ffmpeg 4.4..4.4.99"},
		{format + "Lavf58.29.100", "ffmpeg 4.2..4.2.99"},
		{format + "Lavf57.40.101", "ffmpeg 3.1..3.1.99"}, {format + "Lavf57.41.100", "ffmpeg 3.1.1..3.1.99"},
		{codec + "Lavc58.100.100", "ffmpeg 4.3..4.4"},
		{codec + "Lavc62.28.102", "ffmpeg 8.1..8.1.99"}, {codec + "Lavc63.1.102", "ffmpeg 9.0..9.0.99"},
		{codec + "Lavc99.1.100", "ffmpeg 9.0.."},
		{codec + "Lavc53.35.0", "ffmpeg ..0.10"}, {codec + "Lavc56.1.0", "libav .."},
		{codec + "Lavc58.134", ""}, {codec + "Lavc99999999999.1.1", ""}, {codec + "Lavc%d.1.1", ""},
		{"TSSE\x00\x0f\x00\x00Lavf58.42.100", ""}, {"Lavc58.134.100 libmp3lame", ""}, {format + "Lavc58.134.100", ""}, // media
		{"AVCodecContext of ours\x00Lavc58.134.100", ""},

		{"FFmpeg version n4.4", "ffmpeg@4.4"}, {"FFmpeg version 4.2.2", "ffmpeg@4.2.2"},
		{"FFmpeg version 7.1.5-0+deb13u1", "ffmpeg@7.1.5"}, {"FFmpeg version 4.2.7-0ubuntu0.1", "ffmpeg@4.2.7"},
		{"FFmpeg version n4.4-21-g06afa5b9ec", "ffmpeg 4.4..4.4.99"}, {"FFmpeg version n4.5-dev-1234-g06afa5b9ec", ""},
		{"FFmpeg version N-99816-g3da35b7", ""}, {"FFmpeg version git-2020-01-20-3d894db", ""}, {"FFmpeg version 2020.1.20.4", ""},
		{"FFmpeg version %s", ""}, {"FFmpeg version 4", ""}, {"FFmpeg version 4.4 or later is needed", ""},

		{checkIn, "sqlite@3.36.0"},
		{checkIn + "\x003.36.0\x003.8.2\x003.99.1", "sqlite@3.36.0"},
		{"3.36.0\x003.36.1\x00" + checkIn, "sqlite@3.36.0"},
		{"2013-05-20 00:56:22 118a3b35693b134d56ebd780123b7fd6f1497668", "sqlite@3.7.17"},
		{"2018-01-22 18:45:57 0c55d179733b46d8d0ba4d88e01a25e10677046ee3da1d5b1581e86726f2alt1", "sqlite@3.22.0"},
		{"2021-06-19" + checkIn[10:], "sqlite 3.35.0..3.37.0"},
		{"2021-06-19" + checkIn[10:] + "\x003.37.0", "sqlite@3.37.0"},
		{"2021-06-19" + checkIn[10:] + "\x003.36.0\x003.37.0", "sqlite 3.35.0..3.37.0"},
		{"2021-06-19" + checkIn[10:] + "\x003.8.2", "sqlite ..3.37.0"}, // an older one that was mended, or another's number
		{"2026-03-10" + checkIn[10:], "sqlite 3.51.0..3.53.0"},         // 3.51.3 came after 3.52.0
		{"2099-01-01" + checkIn[10:], "sqlite 3.52.0.."},
		{"2021-06-19" + checkIn[10:] + "\x00" + checkIn, "sqlite 3.35.0..3.37.0, sqlite@3.36.0"},
		{"3.36.0", ""},
		{"2021-06-18 18:36:39 no hash of a check-in, and long enough to be one of those", ""},
	} {
		if s := told(Versions([]byte("\x00\x01x\x00"+c.text+"\x00tail"), Place{File: "a.so"})); s != c.want {
			t.Errorf("%q: %q, want %q", c.text, s, c.want)
		}
	}
}
