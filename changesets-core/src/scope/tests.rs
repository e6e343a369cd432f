mod carry;
mod edit;
mod exit;
mod lazy;
mod nest;
mod open;
