BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE archive (
	archive_id VARCHAR(36) NOT NULL, 
	station TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (archive_id)
);
INSERT INTO "archive" VALUES('01a21235-2218-7606-a03c-126e7a2c4b1c','T1','2026-11-25T10:16:41.758293+00:00');
CREATE TABLE batches (
	id VARCHAR(36) NOT NULL, 
	device TEXT NOT NULL, 
	profile TEXT NOT NULL, 
	record_class TEXT NOT NULL, 
	file_reference TEXT, 
	state VARCHAR(10) NOT NULL, 
	opened_at VARCHAR(32) NOT NULL, 
	opened_by TEXT NOT NULL, 
	closed_at VARCHAR(32), 
	fed INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "batches" VALUES('b1','d','p','building_file',NULL,'open','2026-11-25T10:16:41.765987+00:00','tester',NULL,2);
INSERT INTO "batches" VALUES('b2','d','p','building_file',NULL,'open','2026-11-25T10:16:41.820495+00:00','tester',NULL,2);
INSERT INTO "batches" VALUES('b3','d','p','building_file',NULL,'open','2026-11-25T10:16:41.947254+00:00','tester',NULL,2);
CREATE TABLE document_versions (
	document_id VARCHAR(36) NOT NULL, 
	version INTEGER NOT NULL, 
	record_class TEXT NOT NULL, 
	department TEXT NOT NULL, 
	title TEXT NOT NULL, 
	file_reference TEXT, 
	date VARCHAR(10), 
	metadata TEXT NOT NULL, 
	page_ids TEXT NOT NULL, 
	registered BOOLEAN NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	changed_by TEXT NOT NULL, 
	PRIMARY KEY (document_id, version)
);
INSERT INTO "document_versions" VALUES('d1',1,'building_file','licences','ملف',NULL,NULL,'{}','["p10","p11"]',0,'2026-11-25T10:16:41.783220+00:00','tester');
INSERT INTO "document_versions" VALUES('d1',2,'building_file','licences','رخصة 2',NULL,NULL,'{"parcel":"2"}','["p10","p11"]',1,'2026-11-25T10:16:41.792646+00:00','tester');
INSERT INTO "document_versions" VALUES('d2',1,'building_file','licences','ملف',NULL,NULL,'{}','["p20","p21"]',0,'2026-11-25T10:16:41.843905+00:00','tester');
INSERT INTO "document_versions" VALUES('d2',2,'building_file','licences','رخصة 2',NULL,NULL,'{"parcel":"2"}','["p20","p21"]',1,'2026-11-25T10:16:41.870583+00:00','tester');
INSERT INTO "document_versions" VALUES('d2',3,'building_file','licences','رخصة 3',NULL,NULL,'{"parcel":"3"}','["p20","p21"]',1,'2026-11-25T10:16:41.886880+00:00','tester');
INSERT INTO "document_versions" VALUES('d3',1,'building_file','licences','ملف',NULL,NULL,'{}','["p30","p31"]',0,'2026-11-25T10:16:41.971327+00:00','tester');
INSERT INTO "document_versions" VALUES('d3',2,'building_file','licences','رخصة 2',NULL,NULL,'{"parcel":"2"}','["p30","p31"]',1,'2026-11-25T10:16:41.994063+00:00','tester');
INSERT INTO "document_versions" VALUES('d3',3,'building_file','licences','رخصة 3',NULL,NULL,'{"parcel":"3"}','["p30","p31"]',1,'2026-11-25T10:16:42.003794+00:00','tester');
INSERT INTO "document_versions" VALUES('d3',4,'building_file','licences','رخصة 4',NULL,NULL,'{"parcel":"4"}','["p30","p31"]',1,'2026-11-25T10:16:42.010115+00:00','tester');
CREATE TABLE documents (
	id VARCHAR(36) NOT NULL, 
	number TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	registered BOOLEAN NOT NULL, 
	batch_id VARCHAR(36), 
	created_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (number)
);
INSERT INTO "documents" VALUES('d1','T1-2026-000001',2,1,NULL,'2026-11-25T10:16:41.783220+00:00');
INSERT INTO "documents" VALUES('d2','T1-2026-000002',3,1,NULL,'2026-11-25T10:16:41.843905+00:00');
INSERT INTO "documents" VALUES('d3','T1-2026-000003',4,1,NULL,'2026-11-25T10:16:41.971327+00:00');
CREATE TABLE field_decisions (
	sequence INTEGER NOT NULL, 
	document_id VARCHAR(36) NOT NULL, 
	field TEXT NOT NULL, 
	proposed TEXT, 
	decided TEXT NOT NULL, 
	page_id VARCHAR(36), 
	box TEXT, 
	decided_at VARCHAR(32) NOT NULL, 
	decided_by TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE TABLE files (
	id VARCHAR(36) NOT NULL, 
	reference TEXT NOT NULL, 
	record_class TEXT NOT NULL, 
	department TEXT NOT NULL, 
	opened_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (reference)
);
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	actor TEXT NOT NULL, 
	station TEXT NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	payload TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	PRIMARY KEY (sequence), 
	UNIQUE (id)
);
INSERT INTO "journal" VALUES(1,'01a21235-221e-7619-81ee-539f1dbf76cf','2026-11-25T10:16:41.758293+00:00','tester','T1','archive-created','{"archive_id":"01a21235-2218-7606-a03c-126e7a2c4b1c","station":"T1"}','0000000000000000000000000000000000000000000000000000000000000000','45886f2e28d8efb064bf2ffd66d5c05032d763497a7e490cff00683222bc2b82');
INSERT INTO "journal" VALUES(2,'01a21235-2226-77c0-9a22-b18e82693ee4','2026-11-25T10:16:41.765987+00:00','tester','T1','batch-opened','{"batch_id":"b1","device":"d","file_reference":null,"profile":"p","record_class":"building_file"}','45886f2e28d8efb064bf2ffd66d5c05032d763497a7e490cff00683222bc2b82','2f53e9d969e2f73900d586972a41010c7b981d85246db6dcf5ff48e879660a50');
INSERT INTO "journal" VALUES(3,'01a21235-2227-70d0-95f3-9030eb9e6f10','2026-11-25T10:16:41.767674+00:00','tester','T1','page-captured','{"batch_id":"b1","blob":"c0e2e5d40f4bddf405ec024f4230ce00e32064dc4b6645ada24c1cac989e4d4c","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p10","position":0,"separator":"","side":"front","state":"kept","width":10}','2f53e9d969e2f73900d586972a41010c7b981d85246db6dcf5ff48e879660a50','65fb1ddb94a6fe1677e6064ed95cbe40ebfb7c88d53a40c7c5d50b616976a87c');
INSERT INTO "journal" VALUES(4,'01a21235-2235-72dd-b804-026e55048d48','2026-11-25T10:16:41.781828+00:00','tester','T1','page-captured','{"batch_id":"b1","blob":"5a3b8f7823b7b82935d7f62ad7ac1fc0f8acc58e75288c079d466e575fec0cd7","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p11","position":1,"separator":"","side":"front","state":"kept","width":10}','65fb1ddb94a6fe1677e6064ed95cbe40ebfb7c88d53a40c7c5d50b616976a87c','9008ed6f4005614a5857d6560a2810accbce4a8be46b872f9cf0f6f240ada6f1');
INSERT INTO "journal" VALUES(5,'01a21235-2237-705c-8dca-38bf49179dfa','2026-11-25T10:16:41.783220+00:00','tester','T1','document-created','{"batch_id":null,"department":"licences","document_id":"d1","file_reference":null,"metadata":{},"number":"T1-2026-000001","page_ids":["p10","p11"],"record_class":"building_file","serial":1,"title":"ملف","year":2026}','9008ed6f4005614a5857d6560a2810accbce4a8be46b872f9cf0f6f240ada6f1','18df569a93a2fdfb72edaff9853c0d37936f32c61de69db79ec9f62695037c2c');
INSERT INTO "journal" VALUES(6,'01a21235-2240-72ea-9cc6-54ada09c73f9','2026-11-25T10:16:41.792646+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d1","file_reference":null,"metadata":{"parcel":"2"},"page_ids":["p10","p11"],"record_class":"building_file","registered":true,"title":"رخصة 2","version":2}','18df569a93a2fdfb72edaff9853c0d37936f32c61de69db79ec9f62695037c2c','ad58883d252e5de7b2d92d32dc4af368025739506bdfd96e6075de80eb8f72e4');
INSERT INTO "journal" VALUES(7,'01a21235-225c-702f-ae0a-c20ce7965168','2026-11-25T10:16:41.820495+00:00','tester','T1','batch-opened','{"batch_id":"b2","device":"d","file_reference":null,"profile":"p","record_class":"building_file"}','ad58883d252e5de7b2d92d32dc4af368025739506bdfd96e6075de80eb8f72e4','c96b7717710d6210ae4960ec4e0d4951bbbdff5969edf08aa0549377bd73b74a');
INSERT INTO "journal" VALUES(8,'01a21235-225e-72f2-90f7-2095024d935b','2026-11-25T10:16:41.822205+00:00','tester','T1','page-captured','{"batch_id":"b2","blob":"f5be2052e6350c3029102fb48d1fc18973ab8be1bfcde3d9a0fd3d5894b08279","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p20","position":0,"separator":"","side":"front","state":"kept","width":10}','c96b7717710d6210ae4960ec4e0d4951bbbdff5969edf08aa0549377bd73b74a','79cb0047b258659210fc9c43418098fad185dc7107f754329c5d3bd102d8dc28');
INSERT INTO "journal" VALUES(9,'01a21235-2264-71d6-8e2a-7e5a48dc6564','2026-11-25T10:16:41.828190+00:00','tester','T1','page-captured','{"batch_id":"b2","blob":"e4d8cf169819e5786a1c1c9fa7fd24ca4899ede5d85de2c1de7996a542a94af1","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p21","position":1,"separator":"","side":"front","state":"kept","width":10}','79cb0047b258659210fc9c43418098fad185dc7107f754329c5d3bd102d8dc28','73bd74ad7d98a6e9837b170b95465565f5ed635c42230e7ea4ff53647ce556e1');
INSERT INTO "journal" VALUES(10,'01a21235-2273-73e5-8c0a-f994880596e7','2026-11-25T10:16:41.843905+00:00','tester','T1','document-created','{"batch_id":null,"department":"licences","document_id":"d2","file_reference":null,"metadata":{},"number":"T1-2026-000002","page_ids":["p20","p21"],"record_class":"building_file","serial":2,"title":"ملف","year":2026}','73bd74ad7d98a6e9837b170b95465565f5ed635c42230e7ea4ff53647ce556e1','58cce7fad268e1f4a81d36129dbadc976f847dd0c1ef62b0b384f4605ae45f35');
INSERT INTO "journal" VALUES(11,'01a21235-228e-7623-8f8a-b436e4e6ddb0','2026-11-25T10:16:41.870583+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d2","file_reference":null,"metadata":{"parcel":"2"},"page_ids":["p20","p21"],"record_class":"building_file","registered":true,"title":"رخصة 2","version":2}','58cce7fad268e1f4a81d36129dbadc976f847dd0c1ef62b0b384f4605ae45f35','a9b6ef576963f6f618a40458bfba3ea85ff05171a85cd430dce2061fa634dde9');
INSERT INTO "journal" VALUES(12,'01a21235-229e-741d-b6d0-7f91bf84b38b','2026-11-25T10:16:41.886880+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d2","file_reference":null,"metadata":{"parcel":"3"},"page_ids":["p20","p21"],"record_class":"building_file","registered":true,"title":"رخصة 3","version":3}','a9b6ef576963f6f618a40458bfba3ea85ff05171a85cd430dce2061fa634dde9','928279fc0fc6bb2f07655550eeee58289c22786c3bd46fb930f9cdca3ffe5032');
INSERT INTO "journal" VALUES(13,'01a21235-22db-77e8-a6ec-c742073e3648','2026-11-25T10:16:41.947254+00:00','tester','T1','batch-opened','{"batch_id":"b3","device":"d","file_reference":null,"profile":"p","record_class":"building_file"}','928279fc0fc6bb2f07655550eeee58289c22786c3bd46fb930f9cdca3ffe5032','da92fd2a8d106cc5ad9a231f7b1da04b6b86779f8f46c25312b64e94d20da2ba');
INSERT INTO "journal" VALUES(14,'01a21235-22dc-7746-a747-b3a926aa511e','2026-11-25T10:16:41.948050+00:00','tester','T1','page-captured','{"batch_id":"b3","blob":"fdcccf3b26c0ee595b0e56db8cae790091c59b4a119cab4e2a8ca755ded1712d","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p30","position":0,"separator":"","side":"front","state":"kept","width":10}','da92fd2a8d106cc5ad9a231f7b1da04b6b86779f8f46c25312b64e94d20da2ba','c386d77c1dbbe4c53e96f8a06efa8ca55cc5d3317f68773c3c1ce7016b7ac17e');
INSERT INTO "journal" VALUES(15,'01a21235-22f1-7493-bc41-a2c66e4b1a28','2026-11-25T10:16:41.969773+00:00','tester','T1','page-captured','{"batch_id":"b3","blob":"4687ff2ce0a7934366ea6d90034bf9fadbe73d097bd6cfa12825ededabf28a48","dpi":300,"fingerprint":"","height":10,"media_type":"image/png","note":"","origin":"","page_id":"p31","position":1,"separator":"","side":"front","state":"kept","width":10}','c386d77c1dbbe4c53e96f8a06efa8ca55cc5d3317f68773c3c1ce7016b7ac17e','139415cecb43e493e41279ff8948f80753905417ba96475e76e775dc59f496f1');
INSERT INTO "journal" VALUES(16,'01a21235-22f3-70df-a126-e64cc7723bcb','2026-11-25T10:16:41.971327+00:00','tester','T1','document-created','{"batch_id":null,"department":"licences","document_id":"d3","file_reference":null,"metadata":{},"number":"T1-2026-000003","page_ids":["p30","p31"],"record_class":"building_file","serial":3,"title":"ملف","year":2026}','139415cecb43e493e41279ff8948f80753905417ba96475e76e775dc59f496f1','9d7f9537acb5611aa7919819ec05e1b7f7b52433cfc62f11e7d705054d068ab1');
INSERT INTO "journal" VALUES(17,'01a21235-230a-745e-8a7d-5950f3c88467','2026-11-25T10:16:41.994063+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d3","file_reference":null,"metadata":{"parcel":"2"},"page_ids":["p30","p31"],"record_class":"building_file","registered":true,"title":"رخصة 2","version":2}','9d7f9537acb5611aa7919819ec05e1b7f7b52433cfc62f11e7d705054d068ab1','a3f2cf775475229d71227aeaefad10b27de2b2ad50e749c634676a6d64b82780');
INSERT INTO "journal" VALUES(18,'01a21235-2313-70d4-9f44-5ae5eb766905','2026-11-25T10:16:42.003794+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d3","file_reference":null,"metadata":{"parcel":"3"},"page_ids":["p30","p31"],"record_class":"building_file","registered":true,"title":"رخصة 3","version":3}','a3f2cf775475229d71227aeaefad10b27de2b2ad50e749c634676a6d64b82780','9d6b5105275bed2dea246d32258c957f703877f1ec8c5415323403b6bef197a8');
INSERT INTO "journal" VALUES(19,'01a21235-231a-7403-b5ac-9632a6f2c430','2026-11-25T10:16:42.010115+00:00','tester','T1','document-revised','{"date":null,"department":"licences","document_id":"d3","file_reference":null,"metadata":{"parcel":"4"},"page_ids":["p30","p31"],"record_class":"building_file","registered":true,"title":"رخصة 4","version":4}','9d6b5105275bed2dea246d32258c957f703877f1ec8c5415323403b6bef197a8','b8cc30c86039cb74783ff5ac18c3c4f3f9425fff168c38ca483a1c5761d43f99');
CREATE TABLE pages (
	id VARCHAR(36) NOT NULL, 
	batch_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	blob VARCHAR(64) NOT NULL, 
	media_type TEXT NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	dpi INTEGER NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	captured_at VARCHAR(32) NOT NULL, 
	side VARCHAR(5) NOT NULL, 
	rotation INTEGER NOT NULL, 
	fingerprint TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	separator TEXT NOT NULL, 
	note TEXT NOT NULL, 
	document_id VARCHAR(36), 
	number INTEGER, 
	read BOOLEAN NOT NULL, 
	unreadable BOOLEAN NOT NULL, 
	confidence FLOAT, doubtful INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "pages" VALUES('p10','b1',0,'c0e2e5d40f4bddf405ec024f4230ce00e32064dc4b6645ada24c1cac989e4d4c','image/png',10,10,300,'kept','2026-11-25T10:16:41.767674+00:00','front',0,'','','','','d1',1,0,0,NULL,0);
INSERT INTO "pages" VALUES('p11','b1',1,'5a3b8f7823b7b82935d7f62ad7ac1fc0f8acc58e75288c079d466e575fec0cd7','image/png',10,10,300,'kept','2026-11-25T10:16:41.781828+00:00','front',0,'','','','','d1',2,0,0,NULL,0);
INSERT INTO "pages" VALUES('p20','b2',0,'f5be2052e6350c3029102fb48d1fc18973ab8be1bfcde3d9a0fd3d5894b08279','image/png',10,10,300,'kept','2026-11-25T10:16:41.822205+00:00','front',0,'','','','','d2',1,0,0,NULL,0);
INSERT INTO "pages" VALUES('p21','b2',1,'e4d8cf169819e5786a1c1c9fa7fd24ca4899ede5d85de2c1de7996a542a94af1','image/png',10,10,300,'kept','2026-11-25T10:16:41.828190+00:00','front',0,'','','','','d2',2,0,0,NULL,0);
INSERT INTO "pages" VALUES('p30','b3',0,'fdcccf3b26c0ee595b0e56db8cae790091c59b4a119cab4e2a8ca755ded1712d','image/png',10,10,300,'kept','2026-11-25T10:16:41.948050+00:00','front',0,'','','','','d3',1,0,0,NULL,0);
INSERT INTO "pages" VALUES('p31','b3',1,'4687ff2ce0a7934366ea6d90034bf9fadbe73d097bd6cfa12825ededabf28a48','image/png',10,10,300,'kept','2026-11-25T10:16:41.969773+00:00','front',0,'','','','','d3',2,0,0,NULL,0);
CREATE TABLE readings (
	sequence INTEGER NOT NULL, 
	page_id VARCHAR(36) NOT NULL, 
	reading VARCHAR(64) NOT NULL, 
	engine TEXT NOT NULL, 
	confidence FLOAT NOT NULL, 
	unreadable BOOLEAN NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE TABLE renditions (
	sequence INTEGER NOT NULL, 
	document_id VARCHAR(36) NOT NULL, 
	kind TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	blob TEXT NOT NULL, 
	made_with TEXT NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	problem TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE TABLE serials (
	year INTEGER NOT NULL, 
	serial INTEGER NOT NULL, 
	document_id VARCHAR(36) NOT NULL, 
	PRIMARY KEY (year, serial), 
	UNIQUE (document_id)
);
INSERT INTO "serials" VALUES(2026,1,'d1');
INSERT INTO "serials" VALUES(2026,2,'d2');
INSERT INTO "serials" VALUES(2026,3,'d3');
CREATE TABLE word_reviews (
	sequence INTEGER NOT NULL, 
	page_id VARCHAR(36) NOT NULL, 
	reading VARCHAR(64) NOT NULL, 
	line INTEGER NOT NULL, 
	word INTEGER NOT NULL, 
	box TEXT NOT NULL, 
	read TEXT NOT NULL, 
	decided TEXT NOT NULL, 
	decided_at VARCHAR(32) NOT NULL, 
	decided_by TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE INDEX ix_batches_state ON batches (state);
CREATE INDEX ix_documents_registered ON documents (registered);
CREATE INDEX ix_field_decisions_document_id ON field_decisions (document_id);
CREATE INDEX ix_pages_blob ON pages (blob);
CREATE INDEX pages_by_batch ON pages (batch_id, position);
CREATE INDEX pages_by_document ON pages (document_id, number);
CREATE INDEX pages_to_read ON pages (state, read, id);
CREATE INDEX readings_by_page ON readings (page_id, sequence);
CREATE INDEX ix_renditions_document_id ON renditions (document_id);
CREATE INDEX pages_to_review ON pages (state, doubtful, id);
CREATE INDEX word_reviews_by_page ON word_reviews (page_id, sequence);
COMMIT;
