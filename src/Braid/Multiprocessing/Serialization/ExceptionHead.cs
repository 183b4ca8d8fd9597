namespace Braid.Multiprocessing;

/// <summary>What the beginning of a written exception says of it. No code of its type runs for that.</summary>
internal static class ExceptionHead
{
    /// <returns>The type and the message.</returns>
    public static unsafe string Of(byte* data, long bytes)
    {
        try
        {
            var reader = new PayloadReader(data, bytes, allowTypes: false);
            reader.ReadStamp();
            reader.ReadByte();     // that it is an exception
            reader.ReadByte();     // whether more is told of it
            return $"{reader.ReadString()}: {reader.ReadString()}";
        }
        catch (PayloadException exception)
        {
            return $"an exception whose description is damaged: {exception.Message}";
        }
    }
}
