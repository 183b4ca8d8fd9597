namespace Braid.Waiting;

/// <summary>A synchronization context of Braid's: whoever completes an await may call it, for it neither blocks nor runs what it is given, and it never throws.</summary>
internal interface IOwnContext
{
    void Post(SendOrPostCallback call, object? state);
}
