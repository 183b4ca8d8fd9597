namespace Braid.Multiprocessing;

/// <summary>Where a request lies in its ring, to be taken back from there.</summary>
/// <param name="Message">The address of the message.</param>
/// <param name="Position">Bytes written before it since the beginning of time.</param>
internal readonly record struct RequestPlace(nint Message, long Position);
