/* Baseline of ingest: the same rows into the same tables, with the same keys, indexes, checks and pragmas, through the C API and nothing else:
   no parsing, no hashing, no projections. Rows come ready from a file (see EventRows.swift).
   usage: insert SCHEMA.sql ROWS DATABASE BATCH   prints events=… and seconds=… */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static sqlite3 *db;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

static void execute(const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) fail(sql);
    return statement;
}

static void run(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail("insert");
    sqlite3_reset(statement);
}

static const char *map(const char *path, size_t *size) {
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) fail(path);
    *size = (size_t)status.st_size;
    const char *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (bytes == MAP_FAILED) fail("mmap");
    return bytes;
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **words) {
    if (count != 5) fail("usage: insert SCHEMA.sql ROWS DATABASE BATCH");
    size_t schema_size, size;
    const char *schema_bytes = map(words[1], &schema_size);
    char *schema = strndup(schema_bytes, schema_size);
    const char *at = map(words[2], &size), *end = at + size;
    int batch = atoi(words[4]);

    if (sqlite3_open(words[3], &db) != SQLITE_OK) fail(words[3]);
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
            "PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;");
    execute(schema);
    sqlite3_stmt *add_source = prepare("INSERT INTO event_source (source, name) VALUES (1, ?1)");
    sqlite3_stmt *add_task = prepare("INSERT INTO task VALUES (?1, ?2)");
    sqlite3_stmt *add_event = prepare(
        "INSERT INTO event (position, recorded_at, occurred_at, type, task, source, id, leaf_hash, body)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");

    int32_t length;
    memcpy(&length, at, 4);
    sqlite3_bind_text(add_source, 1, at + 4, length, SQLITE_STATIC);
    run(add_source);
    at += 4 + length;

    long events = 0;
    double started = now(CLOCK_MONOTONIC), started_work = now(CLOCK_THREAD_CPUTIME_ID);
    while (at < end) {
        run(begin);
        for (int index = 0; index < batch && at < end; index++, events++) {
            int64_t numbers[5];
            int32_t lengths[3];
            memcpy(numbers, at, sizeof numbers);
            memcpy(lengths, at + sizeof numbers, sizeof lengths);
            const char *leaf = at + sizeof numbers + sizeof lengths;
            const char *name = leaf + 32, *id = name + lengths[0], *body = id + lengths[1];
            at = body + lengths[2];
            if (lengths[0]) {
                sqlite3_bind_int64(add_task, 1, numbers[4]);
                sqlite3_bind_text(add_task, 2, name, lengths[0], SQLITE_STATIC);
                run(add_task);
            }
            for (int column = 0; column < 5; column++) sqlite3_bind_int64(add_event, column + 1, numbers[column]);
            sqlite3_bind_int64(add_event, 6, 1);
            sqlite3_bind_text(add_event, 7, id, lengths[1], SQLITE_STATIC);
            sqlite3_bind_blob(add_event, 8, leaf, 32, SQLITE_STATIC);
            sqlite3_bind_blob(add_event, 9, body, lengths[2], SQLITE_STATIC);
            run(add_event);
        }
        run(commit);
    }
    double seconds = now(CLOCK_MONOTONIC) - started, work = now(CLOCK_THREAD_CPUTIME_ID) - started_work;
    printf("events=%ld\nseconds=%f\nwork_seconds=%f\n", events, seconds, work);
    return 0;
}
