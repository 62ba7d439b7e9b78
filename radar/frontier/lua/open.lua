-- An empty Redis gets the caller's epoch; the epoch in force is returned.
-- A: [candidate]
call('SET', EPOCH, A[1], 'NX')
return cmsgpack.pack(call('GET', EPOCH))
