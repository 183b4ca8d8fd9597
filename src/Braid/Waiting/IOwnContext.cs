namespace Braid.Waiting;

/// <summary>
/// A synchronization context of Braid's. The thread that completes an await may call it: it neither blocks nor runs what it is given, and
/// it never throws.
/// </summary>
internal interface IOwnContext
{
    void Post(SendOrPostCallback call, object? state);
}
