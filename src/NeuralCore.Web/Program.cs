// The page's worker starts the runtime and calls Exports; nothing runs before.
return;
