namespace Braid.Multiprocessing;

/// <summary>Makes something of the bytes of a message, which are gone when it returns.</summary>
internal delegate TResult MessageReader<in TState, out TResult>(ReadOnlySpan<byte> bytes, TState state);
