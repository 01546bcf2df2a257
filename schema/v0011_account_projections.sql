-- Where an account is: two capital letters of ISO 3166-1. Outside Japan its documents bear no consumption tax.
ALTER TABLE account_version ADD COLUMN country TEXT NOT NULL DEFAULT 'JP';
