mod carry;
mod edit;
mod exit;
mod nest;
mod open;
