namespace Braid.Multiprocessing;

/// <summary>What is closed by name and not by <c>using</c>: a lock, which <c>using (mutex)</c> would close without having taken it.</summary>
internal interface IClosable
{
    void Close();
}
