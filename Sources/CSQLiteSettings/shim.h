#include <sqlite3.h>

// sqlite3_config is variadic, which Swift can't call. Only before SQLite is used for the first time.
static inline int sqlite3_config_memory_status(int on) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, on); }
