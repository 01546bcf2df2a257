// How many times a second one row can be put on disk for good: one row a transaction, WAL, synchronous FULL.
//
// usage: commit DATABASE SECONDS
// Prints rows and seconds as key=value lines.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run(sqlite3 *database, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "%s: %s\n", sql, message);
    exit(1);
}

int main(int count, char **words) {
    sqlite3 *database;
    sqlite3_stmt *insert;
    if (count < 3) return 2;
    if (sqlite3_open(words[1], &database) != SQLITE_OK) return 1;
    run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "CREATE TABLE row (position INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
    sqlite3_prepare_v2(database, "INSERT INTO row (body) VALUES (?1)", -1, &insert, NULL);
    static const char body[] = "{\"data\":{\"attempt\":1,\"node\":\"gpu-07\"},\"id\":\"e-1\",\"source\":\"scheduler/is1a\","
                               "\"subject\":\"be7fdd79-b5e6-4654-a08b-d4143c5d0351\",\"type\":\"task.alive\"}";
    double start = now(), until = start + atof(words[2]);
    long rows = 0;
    while (now() < until) {
        sqlite3_bind_text(insert, 1, body, -1, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) return fprintf(stderr, "%s\n", sqlite3_errmsg(database)), 1;
        sqlite3_reset(insert);
        rows += 1;
    }
    printf("rows=%ld\nseconds=%.6f\n", rows, now() - start);
    sqlite3_finalize(insert);
    return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
}
