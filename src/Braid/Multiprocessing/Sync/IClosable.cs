namespace Braid.Multiprocessing;

/// <summary>Has Close and no Dispose: a lock, which <c>using (mutex)</c> would close without having acquired it.</summary>
internal interface IClosable
{
    void Close();
}
