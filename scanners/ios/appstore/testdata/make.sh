#!/bin/sh
# Makes the databases beside it with sqlite3, in the shape of an iPhone's; what is in them is made up.
set -eu
cd "$(dirname "$0")"
rm -f storeSystem.db* storeUser.db*
sqlite3 storeSystem.db <<'SQL'
.dbconfig no_ckpt_on_close on
PRAGMA page_size=512;
PRAGMA journal_mode=WAL;
CREATE TABLE app_install (pid INTEGER, account_id INTEGER, apple_id TEXT, bundle_id TEXT, bundle_name TEXT, bundle_version TEXT, install_finished_timestamp DATETIME, item_id INTEGER, redownload INTEGER NOT NULL DEFAULT 0, store_metadata BLOB, timestamp DATETIME, vendor_name TEXT, PRIMARY KEY(pid));
CREATE TABLE app_updates (pid INTEGER, bundle_id TEXT, install_date DATETIME, is_offloaded INTEGER NOT NULL DEFAULT 0, store_item_data JSON, store_item_id INTEGER NOT NULL DEFAULT 0, timestamp DATETIME, UNIQUE(bundle_id) ON CONFLICT REPLACE, PRIMARY KEY (pid));
CREATE TABLE mapi_app_update (pid INTEGER, bundle_id TEXT NOT NULL, install_date DATETIME, item_id INTEGER NOT NULL DEFAULT 0, metadata BLOB, timestamp DATETIME, PRIMARY KEY (pid));
CREATE TABLE beta_app_info (pid INTEGER PRIMARY KEY, bundle_id TEXT, bundle_version TEXT, bundle_short_version TEXT, email TEXT, last_seen_date DATETIME);
INSERT INTO app_updates VALUES (-7, 'com.zhiliaoapp.musically', 743887299.5, 0, '{"name":"TikTok","artistName":"TikTok Ltd.","displayVersion":"35.7.0"}', 835599320, 743203499);
INSERT INTO app_updates VALUES (-5, 'org.example.gone', NULL, 1, '{"name":"Gone"', 4, 743203000);
PRAGMA wal_checkpoint(TRUNCATE);
INSERT INTO app_updates VALUES (8, 'org.example.votes', NULL, 0, '{"name":"Votes","artistName":"Example Parliament","displayVersion":"2.0"}', 1111111111, 743203600);
DELETE FROM app_updates WHERE bundle_id = 'org.example.gone';
INSERT INTO app_install VALUES (1, 99, 'member@parliament.example', 'org.example.votes', 'Votes', '10', 741000000.25, 1111111111, 1,
 '<?xml version="1.0"?><plist version="1.0"><dict><key>itemName</key><string>Votes</string><key>artistName</key><string>Example Parliament</string><key>genre</key><string>Utilities</string><key>bundleShortVersionString</key><string>1.9</string><key>appleID</key><string>member@parliament.example</string></dict></plist>', 740999990, 'Example');
INSERT INTO mapi_app_update VALUES (1, 'org.example.mapi', NULL, 22, '{"attributes":{"name":"Map","artistName":"Maps Inc.","genreDisplayName":"Navigation","platformAttributes":{"ios":{"latestVersionInfo":{"versionDisplay":"7.1"}}}}}', 743203700);
INSERT INTO beta_app_info VALUES (1, 'org.example.beta', '5', '0.5', 'tester@parliament.example', 743203800);
SQL
sqlite3 storeUser.db <<'SQL'
PRAGMA page_size=512;
CREATE TABLE account_events (pid INTEGER PRIMARY KEY, account_id INTEGER, apple_id TEXT);
CREATE TABLE current_apps (pid INTEGER, bundle_id TEXT, bundle_version TEXT, deletion_date DATETIME, is_beta INTEGER, is_clip INTEGER, is_system_app INTEGER, item_id INTEGER, item_name TEXT, short_version TEXT, timestamp DATETIME, vendor_name TEXT, PRIMARY KEY (pid));
CREATE TABLE purchase_history_apps (pid INTEGER PRIMARY KEY, bundle_id TEXT, date_purchased DATETIME, developer_name TEXT, family_shared INTEGER, long_title TEXT, purchaser_dsid INTEGER, store_item_id INTEGER, genre_name TEXT, title TEXT);
CREATE TABLE launch_events (pid INTEGER, bundle_id TEXT, containing_bundle_id, is_extension INTEGER, launch_end_time DATETIME, launch_start_time DATETIME, PRIMARY KEY (pid));
INSERT INTO account_events VALUES (1, 99, 'member@parliament.example');
INSERT INTO current_apps VALUES (1, 'com.apple.Maps', '1', NULL, 0, 0, 1, 915056765, 'Maps', '1.0', 700000000, 'Apple');
INSERT INTO current_apps VALUES (2, 'org.example.votes', '10', 720000000, 0, 0, 0, 1111111111, 'Votes', '1.8', 700000000, 'Example');
INSERT INTO current_apps VALUES (3, 'org.example.votes', '11', NULL, 0, 0, 0, 1111111111, 'Votes', '1.9', 730000000, 'Example');
INSERT INTO current_apps VALUES (4, 'com.zhiliaoapp.musically', '357', 740000000, 0, 0, 0, 835599320, 'TikTok', '35.7.0', 700000000, 'TikTok Ltd.');
INSERT INTO current_apps VALUES (5, 'org.example.test', '3', NULL, 1, 1, 0, 0, 'Test', '0.3', 730000000, 'Example');
INSERT INTO purchase_history_apps VALUES (1, 'ph.telegra.Telegraph', 600000000, 'Telegram FZ-LLC', 0, 'Telegram Messenger', 99, 686449807, 'Social Networking', 'Telegram');
INSERT INTO purchase_history_apps VALUES (2, 'org.example.votes', 650000000, 'Example', 1, NULL, 98, 1111111111, 'Utilities', 'Votes');
INSERT INTO purchase_history_apps VALUES (3, NULL, 650000000, 'Nobody', 0, NULL, 98, 5, NULL, 'No longer sold');
INSERT INTO launch_events VALUES (1, 'org.example.votes.widget', 'org.example.votes', 1, 731000100, 731000000);
INSERT INTO launch_events VALUES (2, 'org.example.votes', NULL, 0, 731500100, 731500000);
SQL
rm -f storeSystem.db-shm
