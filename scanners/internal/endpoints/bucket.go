package endpoints

import (
	"strings"

	"quaestor/scanners/inventory"
)

// bucketHosts are the ends of host names below which clouds store what their customers put there. Where the name of
// the bucket comes first in the path, path is true and the host may be the end itself.
var bucketHosts = []struct {
	start, end string // the host is NAME + start + anything + end; start may be empty
	path       bool
}{
	{".s3", ".amazonaws.com", false}, {".s3", ".amazonaws.com.cn", false}, {"s3", ".amazonaws.com", true}, {"s3", ".amazonaws.com.cn", true},
	{"", ".storage.googleapis.com", false}, {"", "storage.googleapis.com", true}, {"", "storage.cloud.google.com", true},
	{"", ".appspot.com.storage.googleapis.com", false},
	{"", ".firebaseio.com", false}, {"", ".firebasedatabase.app", false}, {"", ".firebasestorage.app", false},
	{"", "firebasestorage.googleapis.com", true},
	{"", ".blob.core.windows.net", false}, {"", ".dfs.core.windows.net", false}, {"", ".file.core.windows.net", false},
	{"", ".table.core.windows.net", false}, {"", ".queue.core.windows.net", false}, {"", ".blob.core.chinacloudapi.cn", false},
	{".oss", ".aliyuncs.com", false},
	{".cos.", ".myqcloud.com", false}, {".cos.", ".tencentcos.cn", false}, {"", ".file.myqcloud.com", false}, {".cos", ".myqcloud.com", false},
	{".obs.", ".myhuaweicloud.com", false}, {".obs.", ".myhuaweicloud.cn", false}, {".obs.", ".myhwclouds.com", false}, {".obs.", ".hwclouds.com", false},
	{".bcebos", ".com", false}, {".", ".bcebos.com", false},
	{".tos-", ".volces.com", false}, {".tos-", ".ivolces.com", false},
	{"", ".qiniucdn.com", false}, {"", ".clouddn.com", false}, {"", ".qbox.me", false},
	{"", ".upaiyun.com", false}, {"", ".ufileos.com", false}, {"", ".ks3-cn-beijing.ksyun.com", false}, {".ks3", ".ksyuncs.com", false},
	{".", ".digitaloceanspaces.com", false}, {"", ".backblazeb2.com", true}, {".", ".wasabisys.com", false},
	{"", ".r2.cloudflarestorage.com", false}, {"", ".r2.dev", false}, {".", ".linodeobjects.com", false}, {".", ".vultrobjects.com", false},
	{".", ".scw.cloud", false}, {".storage.", ".cloud.ovh.net", false}, {".storage.", ".io.cloud.ovh.net", false},
	{".storage.yandexcloud", ".net", false}, {"", "storage.yandexcloud.net", true},
	{".", ".cloud-object-storage.appdomain.cloud", false}, {".objectstorage.", ".oraclecloud.com", false}, {"objectstorage.", ".oraclecloud.com", true},
}

// isBucket reports whether a host, or the path on it, names storage that a cloud's customer has.
func isBucket(host, tail string) bool {
	for _, b := range bucketHosts {
		rest, ok := strings.CutSuffix(host, b.end)
		if !ok {
			continue
		}
		switch {
		case b.path && len(tail) > 1 && strings.HasPrefix(rest, b.start):
			return true
		case b.path:
		case b.start == "" && rest != "":
			return true
		case b.start != "":
			if at := strings.Index(rest, b.start); at > 0 {
				return true
			}
		}
	}
	return false
}

// bucketURL notes an address whose scheme says that its host is a bucket.
func (w *walker) bucketURL(scheme, bucket, tail string) {
	if len(bucket) < 3 || len(bucket) > maxLabel || strings.IndexFunc(bucket, notInBucket) >= 0 {
		return
	}
	value := scheme + "://" + bucket + tail
	w.note(inventory.EndpointBucket, clip(value, len(value)-len(tail)), "")
}

func notInBucket(r rune) bool { return r >= 0x80 || class[byte(r)]&lower == 0 && r != '_' }
