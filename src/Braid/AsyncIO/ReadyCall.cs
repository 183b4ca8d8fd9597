namespace Braid.AsyncIO;

/// <summary>Something the loop is to call: what a synchronization context is given.</summary>
internal readonly record struct ReadyCall(SendOrPostCallback Call, object? State);
