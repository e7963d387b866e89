"""What people take, and what to offer them next: methods, lists and the reasons for them."""
