using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

public sealed class UserAccountsTests
{
    private const string Users = """
        root:x:0:0:root:/root:/bin/bash
        www-data:x:33:34:www-data:/var/www:/usr/sbin/nologin
        # a comment

        broken:x
        odd:x:-1:x::
        """;

    private const string Groups = """
        root:x:0:
        www-data:x:33:ann
        adm:x:4:syslog
        """;

    // man 5 passwd, man 5 group.
    [Theory]
    [InlineData("www-data", "", "33 34")]
    [InlineData("www-data", "adm", "33 4")]
    [InlineData("33", "", "33 34")]
    [InlineData("33", "7", "33 7")]
    [InlineData("1234", "1234", "1234 1234")]
    [InlineData("root", "", "0 0")]
    [InlineData("nobody-here", "", "there is no user 'nobody-here' in /etc/passwd; give another name, or a number.")]
    [InlineData("www-data", "none", "there is no group 'none' in /etc/group; give another name, or a number.")]
    [InlineData("1234", "", "the user '1234' is not in /etc/passwd, so that its group is not known; give one with "
        + "--group.")]
    [InlineData("odd", "0", "there is no user 'odd' in /etc/passwd; give another name, or a number.")]
    [InlineData("broken", "0", "there is no user 'broken' in /etc/passwd; give another name, or a number.")]
    [InlineData("4294967295", "0", "there is no user '4294967295' in /etc/passwd; give another name, or a number.")]
    public void AUserIsANameOrANumberAndHasItsGroup(string user, string group, string expected)
    {
        bool isFound = UserAccounts.TryFind(
            Users, Groups, user, group, out uint userNumber, out uint groupNumber, out string? problem);
        Assert.Equal(expected, isFound ? $"{userNumber} {groupNumber}" : problem);
    }
}
