namespace Braid.Python;

/// <summary>A client has ended while it held a lock or permits of a semaphore, which were then released.</summary>
public sealed class LockAbandonedEventArgs : EventArgs
{
    internal LockAbandonedEventArgs(string typeid, string client) => (Typeid, Client) = (typeid, client);

    /// <summary>The type of the lock, as it is registered.</summary>
    public string Typeid { get; }

    /// <summary>The client: its process, or its connection.</summary>
    public string Client { get; }
}
