using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>A view of mapped memory that can be kept across an await. It keeps the owner of the mapping alive.</summary>
internal sealed unsafe class MappedMemory<T>(object owner, T* first, int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan() => new(first, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        return new MemoryHandle(first + elementIndex, pinnable: this);
    }

    public override void Unpin() => GC.KeepAlive(owner);   // mapped memory does not move

    protected override void Dispose(bool disposing)
    {
    }
}
