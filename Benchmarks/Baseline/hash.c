/* Baseline of verify: reads the bodies of all events in order and makes SHA-256(0x00 || body) of each, on one core; compares nothing.
   usage: hash DATABASE   prints events=…, bytes=… and seconds=… */
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **words) {
    sqlite3 *db;
    sqlite3_stmt *row;
    if (count != 2 || sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(db, "SELECT body FROM event ORDER BY position", -1, &row, NULL) != SQLITE_OK) {
        fprintf(stderr, "usage: hash DATABASE\n");
        return 1;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    unsigned char digest[32], all = 0;
    const unsigned char prefix = 0;
    long events = 0, bytes = 0;
    double started = now();
    while (sqlite3_step(row) == SQLITE_ROW) {
        size_t size = (size_t)sqlite3_column_bytes(row, 0);
        EVP_DigestInit_ex2(context, sha256, NULL);
        EVP_DigestUpdate(context, &prefix, 1);
        EVP_DigestUpdate(context, sqlite3_column_blob(row, 0), size);
        EVP_DigestFinal_ex(context, digest, NULL);
        all ^= digest[0];
        events++;
        bytes += (long)size;
    }
    double seconds = now() - started;
    printf("events=%ld\nbytes=%ld\nseconds=%f\ncheck=%d\n", events, bytes, seconds, all);
    return 0;
}
