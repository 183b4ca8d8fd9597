namespace Braid.Tests;

#region account
internal sealed class Account(int balance)
{
    public Threading.Lock Mutex { get; } = new();

    public int Balance { get; set; } = balance;
}
#endregion
