using Braid.Checking;

namespace Braid.Tests;

#region a test of xunit under the checker
public sealed class AccountTests
{
    [CheckFact]
    public async Task Deposits_add_up()
    {
        int balance = 0;
        var gate = new System.Threading.Lock();
        await Task.WhenAll(Task.Run(Deposit), Task.Run(Deposit));
        Assert.Equal(2, balance);

        void Deposit()
        {
            lock (gate)
            {
                balance++;
            }
        }
    }
}
#endregion
