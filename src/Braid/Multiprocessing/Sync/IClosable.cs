namespace Braid.Multiprocessing;

/// <summary>Closed by name and not by <c>using</c>: a lock, which <c>using (mutex)</c> would close without having taken it.</summary>
internal interface IClosable
{
    void Close();
}
